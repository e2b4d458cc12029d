/**
 * Timers of any length. The system's own fire at once past 24.8 days (2^31 - 1 ms): a longer one is made of several.
 * The only place that may use the system's timers; docs/adr tells why, and biome.json refuses them elsewhere.
 */

/** The longest time that the system's timers take, in milliseconds. */
const LONGEST_MS: number = 2 ** 31 - 1;

/** A timer that runs. It keeps the process until it has fired or was cleared, unless it is told not to. */
export class Timer {
  readonly #fire: () => void;
  #current: ReturnType<typeof setTimeout> | undefined;
  #leftMs: number;
  #keepsProcess = true;

  /** @param afterMs milliseconds, 0 or more; `Infinity` never fires */
  constructor(fire: () => void, afterMs: number) {
    this.#fire = fire;
    this.#leftMs = Number.isNaN(afterMs) ? 0 : afterMs;
    this.#next();
  }

  /** The process may end while it runs. */
  unref(): this {
    this.#keepsProcess = false;
    this.#applyRef();
    return this;
  }

  /** It does not fire any more. */
  clear(): void {
    clearTimeout(this.#current);
  }

  #next(): void {
    const partMs = Math.min(this.#leftMs, LONGEST_MS);
    this.#leftMs -= partMs;
    this.#current = setTimeout(() => (this.#leftMs > 0 ? this.#next() : this.#fire()), partMs);
    this.#applyRef();
  }

  #applyRef(): void {
    // A browser's timers are numbers.
    if (!this.#keepsProcess && typeof this.#current === 'object') this.#current.unref();
  }
}

/** Calls `fire` after so many milliseconds. */
export function startTimer(fire: () => void, afterMs: number): Timer {
  return new Timer(fire, afterMs);
}

/** Stops a timer, if there is one. */
export function stopTimer(timer: Pick<Timer, 'clear'> | undefined): void {
  timer?.clear();
}
