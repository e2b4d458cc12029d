/**
 * When to dial again: exponential backoff with full jitter, capped, reset after a stable period. Pure; who keeps the
 * list of addresses is the host. (Full jitter: a delay drawn uniformly from zero to the bound, so that many peers that
 * lost the same neighbour do not come back in step.)
 */

/** Bounds of a {@link Redial}. */
export interface RedialOptions {
  /**
   * The bound of the first delay, in milliseconds; it doubles with each failure.
   * @default 100: a peer that restarts is found again at once, for a person
   */
  readonly baseMs: number;
  /**
   * The bound that the delays never exceed, in milliseconds.
   * @default 5000: a peer that was away for long is found within seconds; a thousand dialling peers cost it little
   */
  readonly capMs: number;
  /**
   * A link that was up for so long resets the delays, in milliseconds.
   * @default 10000: a link that flaps faster is no success
   */
  readonly stableMs: number;
}

/** See {@link RedialOptions} for the reasons. */
export const DEFAULT_REDIAL_OPTIONS: RedialOptions = { baseMs: 100, capMs: 5000, stableMs: 10_000 };

/** The delays for one address. */
export class Redial {
  readonly #options: RedialOptions;
  readonly #random: () => number;
  #failures = 0;
  #upSinceMs: number | undefined;

  /** @param random uniform in [0, 1) */
  constructor(random: () => number, options: RedialOptions = DEFAULT_REDIAL_OPTIONS) {
    this.#random = random;
    this.#options = options;
  }

  /** The link is up. */
  succeeded(nowMs: number): void {
    this.#upSinceMs = nowMs;
  }

  /** The dial failed, or the link went down: the delay until the next dial, in milliseconds. */
  failed(nowMs: number): number {
    if (this.#upSinceMs !== undefined && nowMs - this.#upSinceMs >= this.#options.stableMs) this.#failures = 0;
    this.#upSinceMs = undefined;
    const bound = Math.min(this.#options.capMs, this.#options.baseMs * 2 ** this.#failures);
    this.#failures++;
    return this.#random() * bound;
  }
}
