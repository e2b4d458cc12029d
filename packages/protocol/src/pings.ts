/** Round trips that are being measured: a PING with a unique token, until its PONG or the link's end. */
import { readU32, writeU32 } from './bytes.ts';
import { MIN_FRAME_BYTES, PING_BYTES } from './frame.ts';
import type { Link } from './link.ts';

/** Told once: the round trip in milliseconds, or undefined when the link ended first. */
export type PingAnswered = (rttMs: number | undefined) => void;

/** How such a token begins. Liveness sends zeros; a probe of twins, a part of a random id. */
const MARK = 0x72747421;
const TOKEN_BYTES = 8;

interface Pending {
  readonly link: Link;
  readonly sentAtMs: number;
  readonly answered: PingAnswered;
}

/** See the module's header. */
export class Pings {
  readonly #pending: Map<number, Pending> = new Map();
  #next = 0;

  /** Begins a measurement. @returns the token for the PING */
  begin(link: Link, nowMs: number, answered: PingAnswered): Uint8Array {
    const token = new Uint8Array(TOKEN_BYTES);
    const number = this.#next++ >>> 0;
    writeU32(token, 0, MARK);
    writeU32(token, 4, number);
    this.#pending.set(number, { link, sentAtMs: nowMs, answered });
    return token;
  }

  /** Takes the token of a PONG. A strange one, or one that came by another link, is ignored. */
  pong(link: Link, token: Uint8Array, nowMs: number): void {
    if (this.#pending.size === 0 || readU32(token, 0) !== MARK) return;
    const number = readU32(token, 4);
    const pending = this.#pending.get(number);
    if (pending?.link !== link) return;
    this.#pending.delete(number);
    pending.answered(nowMs - pending.sentAtMs);
  }

  /** A link ended: what was measured on it has no answer. */
  ended(link: Link): void {
    for (const [number, pending] of this.#pending) {
      if (pending.link !== link) continue;
      this.#pending.delete(number);
      pending.answered(undefined);
    }
  }
}

/** The token of a PING or PONG. */
export function tokenAt(bytes: Uint8Array, offset: number): Uint8Array {
  return bytes.slice(offset + MIN_FRAME_BYTES, offset + PING_BYTES);
}
