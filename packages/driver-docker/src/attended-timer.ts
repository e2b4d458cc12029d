/**
 * A bound on an answer, which counts only time in which this process could have read it. A process that computes, or gets no
 * processor, finds its timers due before it has read what came meanwhile: a sound engine would look like one that hangs.
 */
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';

/** The most that counts at once, in milliseconds: of the time in which this process was held up, no more does. */
const STEP_MS = 250;

/** Runs from its making until it has fired or is stopped. */
export class AttendedTimer {
  readonly #fire: () => void;
  #leftMs: number;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(fire: () => void, afterMs: number) {
    this.#fire = fire;
    this.#leftMs = afterMs;
    this.#next();
  }

  stop(): void {
    this.#isStopped = true;
    stopTimer(this.#timer);
  }

  #next(): void {
    const stepMs = Math.min(this.#leftMs, STEP_MS);
    this.#timer = startTimer(() => {
      this.#leftMs -= stepMs;
      // What has come is read between a timer and the second turn after it.
      if (this.#leftMs <= 0) setImmediate(() => setImmediate(() => this.#end()));
      else this.#next();
    }, stepMs);
  }

  #end(): void {
    if (!this.#isStopped) this.#fire();
  }
}
