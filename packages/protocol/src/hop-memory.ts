/**
 * What a peer has learned of the origins around it: over how few links their messages come, and how much later the best
 * copy comes than the first. flooder.ts holds a relay back by it. Only hints: a wrong one costs frames or a short wait,
 * never a delivery.
 */
import { UNSEEN } from './flood.ts';
import { SeenCache } from './seen-cache.ts';

/** Bounds of a {@link HopMemory}. */
export interface HopMemoryOptions {
  /** The longest hold, in milliseconds; 0: nothing is held and nothing learned. */
  readonly maxHoldMs: number;
  /** See SeenCacheOptions. */
  readonly hashSeed: number;
}

/** Origins, and messages, remembered at the least: those of a large lab, in at most 0.9 MB together. */
const MAX_ENTRIES = 4096;
/** As long as the seen-cache remembers. */
const MAX_AGE_MS = 120_000;
/** A hold lasts so many times the lateness that was seen: the next best copy may be later than the last one. */
const LATENESS_FACTOR = 2;
/** And so much longer, in milliseconds: timers and schedulers are that coarse. */
const LATENESS_SLACK_MS = 5;
/** What stays of a lateness when a smaller one is seen. */
const LATENESS_DECAY = 0.75;
/** Times are kept modulo this, in milliseconds: far longer than any hold. */
const CLOCK_MS = 65_535;

/** See the module's header. Ids are read in place, within a frame. */
export class HopMemory {
  readonly #maxHoldMs: number;
  /** By origin: the fewest hops that a copy came by which was best and not too late. */
  readonly #hops: SeenCache;
  /** By origin: how late that copy was, in whole milliseconds, plus 1. */
  readonly #lateness: SeenCache;
  /** By message: when the first copy came, as {@link stampOf}. */
  readonly #firstAt: SeenCache;

  constructor({ maxHoldMs, hashSeed }: HopMemoryOptions) {
    this.#maxHoldMs = maxHoldMs;
    const options = { maxEntries: MAX_ENTRIES, maxAgeMs: MAX_AGE_MS, hashSeed };
    this.#hops = new SeenCache(options);
    this.#lateness = new SeenCache(options);
    this.#firstAt = new SeenCache(options);
  }

  /**
   * Takes note of a message's first copy.
   * @returns for how many milliseconds a better copy is worth waiting for; 0 when this one is the best as far as is known
   */
  first(bytes: Uint8Array, idAt: number, originAt: number, hops: number, nowMs: number): number {
    if (this.#maxHoldMs === 0) return 0;
    this.#firstAt.remember(bytes, idAt, stampOf(nowMs), nowMs);
    const fewest = this.#hops.best(bytes, originAt, nowMs);
    // Remembered again, so that an origin that goes on sending is not forgotten.
    this.#hops.remember(bytes, originAt, fewest === UNSEEN ? hops : Math.min(hops, fewest), nowMs);
    if (fewest === UNSEEN || hops <= fewest) return 0;
    const latenessMs = Math.max(0, this.#lateness.best(bytes, originAt, nowMs) - 1);
    return Math.min(this.#maxHoldMs, LATENESS_FACTOR * latenessMs + LATENESS_SLACK_MS);
  }

  /**
   * Takes note of a better copy. One that is too late to be waited for teaches nothing.
   * @returns true when a still better one is to be expected
   */
  better(bytes: Uint8Array, idAt: number, originAt: number, hops: number, nowMs: number): boolean {
    if (this.#maxHoldMs === 0) return false;
    const fewest = this.#hops.best(bytes, originAt, nowMs);
    if (fewest !== UNSEEN && hops > fewest) return true;
    const firstAt = this.#firstAt.best(bytes, idAt, nowMs);
    if (firstAt === UNSEEN) return false;
    const latenessMs = (stampOf(nowMs) - firstAt + CLOCK_MS) % CLOCK_MS;
    if (latenessMs > this.#maxHoldMs) return false;
    this.#hops.remember(bytes, originAt, hops, nowMs);
    const known = Math.max(0, this.#lateness.best(bytes, originAt, nowMs) - 1);
    const kept = Math.round(Math.max(latenessMs + 1, known * LATENESS_DECAY));
    this.#lateness.remember(bytes, originAt, kept + 1, nowMs);
    return false;
  }

  /** A hold was in vain: this many hops are the fewest by now. */
  missed(bytes: Uint8Array, originAt: number, hops: number, nowMs: number): void {
    this.#hops.remember(bytes, originAt, hops, nowMs);
  }
}

/** Whole milliseconds modulo {@link CLOCK_MS}, plus 1: never {@link UNSEEN}. */
function stampOf(nowMs: number): number {
  return 1 + (Math.floor(Math.max(0, nowMs)) % CLOCK_MS);
}
