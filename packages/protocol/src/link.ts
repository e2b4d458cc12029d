/**
 * One link: a connection to another peer from its first byte to its last. Its life is driven by peer.ts;
 * here are its state, its counters and the way out to the host's transport.
 */
import type { ByeReason } from './bye.ts';
import { FrameReader, type FrameSink, type ReadResult } from './frame-reader.ts';
import type { Hello } from './hello.ts';
import type { Id } from './id.ts';

/** What the host gives for each connection. Calls never come back into the peer before they return. */
export interface LinkTransport {
  /**
   * Takes whole frames to be written in this order. The array is not changed afterwards, by either side.
   * @returns how many of its data frames the network loses, so that nobody waits for them; 0 on every real network
   */
  send(bytes: Uint8Array): number;
  /** Ends the connection: after what was sent (`flush`), or at once (`abort`). The host then reports `closed` no more. */
  close(how: 'flush' | 'abort'): void;
  /** Bytes taken by `send` and not yet by the network. */
  readonly queuedBytes: number;
}

/** Who dialled: `out` is this peer. */
export type Direction = 'in' | 'out';

/** Why a link ended: a BYE's reason, the connection's own end, or a reason that this version does not know. */
export type LinkEnd = ByeReason | 'connection-lost' | 'unknown';

/**
 * - `handshake`: waits for HELLO;
 * - `probing`: has HELLO, but another link to the same peer is being asked whether it lives;
 * - `up`: carries messages;
 * - `closing`: has said BYE, still reads;
 * - `closed`.
 */
export type LinkState = 'handshake' | 'probing' | 'up' | 'closing' | 'closed';

/** What the peer keeps of a link. Fields are the peer's to change and everybody's to read. */
export class Link {
  readonly transport: LinkTransport;
  readonly direction: Direction;
  /** The other end, as `host:port`, for people. */
  readonly address: string;
  readonly #reader: FrameReader = new FrameReader();
  readonly #sink: FrameSink;
  state: LinkState = 'handshake';
  /** It carried messages once, as far as this end knows. */
  wasUp = false;
  /** The other end's HELLO. */
  hello: Hello | undefined;
  /** Chosen by the dialler; known to the acceptor from HELLO on. */
  session: Id | undefined;
  /** Data frames handed to the transport. */
  framesOut = 0;
  /** Data frames taken from the transport. */
  framesIn = 0;
  bytesOut = 0;
  bytesIn = 0;
  /** Frames that were not sent because the queue was full. */
  framesDropped = 0;
  lastHeardMs: number;
  /** When the handshake, the probe or the drain runs out, or the PONG is due; Infinity: nothing is waited for. */
  deadlineMs: number = Number.POSITIVE_INFINITY;
  /** No data frame is sent on it: a fault that the host asked for. */
  isMuted = false;
  /** When the first part of a frame came whose rest is missing; Infinity: none is missing. */
  frameBegunMs: number = Number.POSITIVE_INFINITY;
  /** A PING was sent and nothing was heard since. */
  pinged = false;
  /** The new link to the same peer that waits for this one's sign of life. */
  rival: Link | undefined;
  /** The other end has ended it for a link to this peer whose HELLO is still on its way: it serves until that is here. */
  isYielding = false;
  end: LinkEnd | undefined;

  constructor(
    transport: LinkTransport,
    direction: Direction,
    address: string,
    nowMs: number,
    sinkOf: (link: Link) => FrameSink,
  ) {
    this.transport = transport;
    this.direction = direction;
    this.address = address;
    this.lastHeardMs = nowMs;
    this.#sink = sinkOf(this);
  }

  /** Cuts a chunk into frames and hands them to the sink. */
  read(chunk: Uint8Array, nowMs: number): ReadResult {
    this.bytesIn += chunk.length;
    const { begun } = this.#reader;
    const result = this.#reader.push(chunk, this.#sink);
    if (!this.#reader.isWaiting) this.frameBegunMs = Number.POSITIVE_INFINITY;
    else if (this.#reader.begun !== begun) this.frameBegunMs = nowMs;
    return result;
  }

  /** The neighbour's node id, once its HELLO has come. */
  get peer(): Id | undefined {
    return this.hello?.nodeId;
  }

  /** Hands bytes to the transport and counts them. @returns how many data frames of them are lost already */
  send(bytes: Uint8Array): number {
    this.bytesOut += bytes.length;
    return this.transport.send(bytes);
  }
}
