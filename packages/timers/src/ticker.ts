/** Something that is done again and again, at any interval. */
import { startTimer, type Timer } from './timer.ts';

/** A ticker that runs. It keeps the process until it is cleared, unless it is told not to. */
export class Ticker {
  readonly #tick: () => void;
  readonly #everyMs: number;
  #timer: Timer;
  #keepsProcess = true;

  constructor(tick: () => void, everyMs: number) {
    this.#tick = tick;
    this.#everyMs = everyMs;
    this.#timer = this.#start();
  }

  /** The process may end while it runs. */
  unref(): this {
    this.#keepsProcess = false;
    this.#timer.unref();
    return this;
  }

  /** It does not tick any more. */
  clear(): void {
    this.#timer.clear();
  }

  #start(): Timer {
    const timer = startTimer(() => {
      // Before the tick, which may clear it.
      this.#timer = this.#start();
      this.#tick();
    }, this.#everyMs);
    return this.#keepsProcess ? timer : timer.unref();
  }
}

/** Calls `tick` every so many milliseconds, for the first time after as many. */
export function startTicker(tick: () => void, everyMs: number): Ticker {
  return new Ticker(tick, everyMs);
}
