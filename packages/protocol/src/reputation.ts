/**
 * What addresses have done to this peer: each misdeed of a link counts points for its address, which fade. Too many of them
 * ban the address for a while: no connection is taken from it. Links that are up stay, and so does what this peer dials.
 */
import type { ByeReason } from './bye.ts';

/**
 * Points of each reason for which this peer ends a link. An address is banned at {@link BAN_AT}.
 * - invalid: no honest peer sends it. Few are enough, but a defect, or one bad link of many behind an address, is not;
 * - excessive: more memory than its share;
 * - useless: connections that say nothing, or never end what they begin.
 */
const POINTS: Partial<Readonly<Record<ByeReason, number>>> = {
  'invalid-messages': 30,
  malformed: 5,
  'frame-too-large': 5,
  'hello-expected': 5,
  'not-proven': 5,
  'over-share': 30,
  'slow-reader': 5,
  'frame-too-slow': 5,
  'handshake-timeout': 2,
  'too-many-handshakes': 1,
};

/** @default 100: within a minute four links that held the most, about twenty that talked nonsense, fifty that said nothing */
const BAN_AT = 100;
/** Half of the points are gone after so many milliseconds. @default a minute: misdeeds that are rare never add up */
const HALF_LIFE_MS = 60_000;
/** How long a ban lasts, in milliseconds. @default a minute: who has mended a defect, or got the address, is back soon */
const BAN_MS = 60_000;
/** Addresses that are remembered; past it the one that was noted longest ago is forgotten. */
const MAX_ADDRESSES = 4096;

interface Conduct {
  points: number;
  atMs: number;
  bannedUntilMs: number;
}

/** See the module's header. */
export class Reputation {
  readonly #conducts: Map<string, Conduct> = new Map();

  /** This peer has ended a link from this host, for this reason. */
  note(host: string, reason: ByeReason, nowMs: number): void {
    const points = POINTS[reason];
    if (points === undefined) return;
    const conduct = this.#conducts.get(host) ?? { points: 0, atMs: nowMs, bannedUntilMs: Number.NEGATIVE_INFINITY };
    this.#conducts.delete(host);
    this.#conducts.set(host, conduct);
    conduct.points = conduct.points * 2 ** ((conduct.atMs - nowMs) / HALF_LIFE_MS) + points;
    conduct.atMs = nowMs;
    if (conduct.points >= BAN_AT) {
      conduct.points = 0;
      conduct.bannedUntilMs = nowMs + BAN_MS;
    }
    if (this.#conducts.size <= MAX_ADDRESSES) return;
    const oldest = this.#conducts.keys().next();
    if (!oldest.done) this.#conducts.delete(oldest.value);
  }

  isBanned(host: string, nowMs: number): boolean {
    return nowMs < (this.#conducts.get(host)?.bannedUntilMs ?? Number.NEGATIVE_INFINITY);
  }
}
