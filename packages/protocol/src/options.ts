/** The knobs of a peer: each with its unit, its default, why that default, and what it trades. */

import { EXACT_TTL_MAX } from './flood.ts';

/** What a peer does with a link whose reader is too slow: cut it off, or drop the frames that do not fit. */
export type SlowReaderPolicy = 'cut' | 'drop';

/** The settings of a peer. */
export interface PeerOptions {
  /**
   * The memory that the peer may take, in bytes, at least 16 MiB: its links share a quarter of it (fair-shares.ts).
   * @default 256 MiB: what a lab gives a container
   */
  readonly memoryBytes: number;
  /**
   * The largest frame that is taken or sent, its length field included, in bytes, 1,024 to 2^31.
   * @default 1 MiB: large enough for a message, small enough that a hundred links cannot fill a small container
   */
  readonly maxFrameBytes: number;
  /**
   * Floods whose origin chose a TTL up to this get the exact treatment of flood.ts; above it they are plain, 0..65534.
   * @default 65534: every TTL that is a limit. A flood without limit stays plain, so that its number of frames is exactly
   *   2|E| - |V| + 1 whatever the delays; 0 is classic first-copy flooding
   */
  readonly exactTtlMax: number;
  /**
   * How long a relay waits for a better copy of its message at the most, in milliseconds, 0 to 60000. It waits only where
   * earlier messages of the origin came by fewer hops, and twice as long as the better copy was late then.
   * @default 100: covers what ways through the internet differ by. Longer saves frames where links differ more, and
   *   delays a flood for longer, once at each hop, after the way of the fewest hops has gone; 0 never waits
   */
  readonly maxHoldMs: number;
  /**
   * Bytes of the frames that wait at once. What does not fit is relayed at once.
   * @default 1 MiB: some 3,000 small messages, 30,000 a second at 100 ms
   */
  readonly maxHeldBytes: number;
  /**
   * Ids remembered at the least.
   * @default 65536, see SeenCacheOptions
   */
  readonly seenMaxEntries: number;
  /**
   * How long an id is remembered at the least, in milliseconds.
   * @default 120000, see SeenCacheOptions
   */
  readonly seenMaxAgeMs: number;
  /**
   * Links at once, in both directions together, those in handshake included.
   * @default 1024: more than any sensible neighbourhood; a bound on memory
   */
  readonly maxLinks: number;
  /**
   * Accepted connections that have not finished their handshake. When there are more, the oldest one goes of the address that
   * has most of them, or the newcomer, if that is its own.
   * @default 64: a burst of honest neighbours fits; strangers who only connect cannot take every place
   */
  readonly maxPendingHandshakes: number;
  /**
   * Connections taken from one address per second, on average.
   * @default 50: a peer that reconnects at once, many times, is still let in; a flood is not
   */
  readonly attemptsPerSecond: number;
  /**
   * Connections taken from one address in a burst.
   * @default 200
   */
  readonly attemptsBurst: number;
  /**
   * From the connection to the other end's HELLO, in milliseconds.
   * @default 10000: several round trips over the slowest link
   */
  readonly handshakeTimeoutMs: number;
  /**
   * From the first byte of a frame to its last, in milliseconds, at least 1.
   * @default 60000: the largest frame then needs 140 kbit/s, and a neighbour that sends a byte now and then cannot make
   *   this peer hold the parts of frames for ever
   */
  readonly frameTimeoutMs: number;
  /**
   * Silence on a link after which a PING is sent, in milliseconds.
   * @default 15000: keeps middleboxes' state alive, costs next to nothing
   */
  readonly pingIntervalMs: number;
  /**
   * From a PING to the link's end when nothing at all comes, in milliseconds.
   * @default 10000: two lost segments on a slow link
   */
  readonly pongTimeoutMs: number;
  /**
   * When a new connection claims the id of a neighbour: how long the existing link has to prove that it lives, in
   * milliseconds.
   * @default 1000: a dead link is replaced soon; a live one answers far sooner
   */
  readonly probeTimeoutMs: number;
  /**
   * How long a peer that has said BYE still reads, in milliseconds.
   * @default 2000: what was under way arrives; a silent other end does not hold up the shutdown
   */
  readonly drainTimeoutMs: number;
  /**
   * Bytes that may wait to be written to one link.
   * @default 8 MiB: a second's hiccup at full speed on a fast network; the bound on memory per link
   */
  readonly maxQueueBytes: number;
  /**
   * What happens to a link whose queue is full when a frame is to be relayed.
   * @default 'cut': a flood then goes around it, and the peer itself learns of it; 'drop' keeps the link and counts
   */
  readonly slowReader: SlowReaderPolicy;
}

/** See {@link PeerOptions} for the reasons. */
export const DEFAULT_PEER_OPTIONS: PeerOptions = {
  memoryBytes: 256 * 1024 * 1024,
  maxFrameBytes: 1024 * 1024,
  exactTtlMax: EXACT_TTL_MAX,
  maxHoldMs: 100,
  maxHeldBytes: 1024 * 1024,
  seenMaxEntries: 65536,
  seenMaxAgeMs: 120_000,
  maxLinks: 1024,
  maxPendingHandshakes: 64,
  attemptsPerSecond: 50,
  attemptsBurst: 200,
  handshakeTimeoutMs: 10_000,
  frameTimeoutMs: 60_000,
  pingIntervalMs: 15_000,
  pongTimeoutMs: 10_000,
  probeTimeoutMs: 1000,
  drainTimeoutMs: 2000,
  maxQueueBytes: 8 * 1024 * 1024,
  slowReader: 'cut',
};
