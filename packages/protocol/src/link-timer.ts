/** The timers of a link, by name. Which of them a state arms is in link.ts; what happens when one expires, in peer.ts. */
import type { PeerOptions } from './options.ts';

/**
 * - `handshake`: HELLO is due;
 * - `idle`: so much silence that a PING is sent;
 * - `pong`: a sign of life is due after that PING;
 * - `probe`: the PONG is due that keeps this link when a newcomer claims its neighbour's id;
 * - `yield`: the twin is due for which the other end has ended this link;
 * - `drain`: the other end's BYE, or its end, is due;
 * - `frame`: the rest of a frame is due whose first part has come.
 */
export type LinkTimer = 'handshake' | 'idle' | 'pong' | 'probe' | 'yield' | 'drain' | 'frame';

/** How long each timer runs, in milliseconds. */
export type LinkTimings = Readonly<Record<LinkTimer, number>>;

/** The timings that a peer's options ask for. */
export function linkTimings(options: PeerOptions): LinkTimings {
  return {
    handshake: options.handshakeTimeoutMs,
    idle: options.pingIntervalMs,
    pong: options.pongTimeoutMs,
    probe: options.probeTimeoutMs,
    // Well before the other end, which drains, stops reading.
    yield: options.drainTimeoutMs / 2,
    drain: options.drainTimeoutMs,
    frame: options.frameTimeoutMs,
  };
}
