/**
 * Watches whether the driver still sees its lab while a scenario runs. Behind an engine that hangs, peers do not answer: whatever
 * a step waits for, and however long it may take, the cause is known within seconds.
 */
import { LabError, type RunningLab } from '@peerlab/driver';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';

/** From one look to the next, in milliseconds. @default 5000: a look costs an engine two lists */
const EVERY_MS = 5000;

/** Runs from its making until it is disposed of. */
export class DriverWatch implements Disposable {
  /** Fires when the driver cannot be asked any more; the reason is its error `ENGINE_UNREACHABLE`. */
  readonly signal: AbortSignal;
  readonly #controller: AbortController = new AbortController();
  readonly #running: RunningLab;
  readonly #everyMs: number;
  #timer: Timer | undefined;
  #isOver = false;

  constructor(running: RunningLab, everyMs: number = EVERY_MS) {
    this.signal = this.#controller.signal;
    this.#running = running;
    this.#everyMs = everyMs;
    this.#wait();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    stopTimer(this.#timer);
  }

  #wait(): void {
    if (!this.#isOver) this.#timer = startTimer(() => void this.#look(), this.#everyMs).unref();
  }

  async #look(): Promise<void> {
    try {
      await this.#running.survey();
    } catch (error) {
      // Anything else is for the step to find, whose doing it may be.
      if (!this.#isOver && error instanceof LabError && error.code === 'ENGINE_UNREACHABLE') {
        this.#controller.abort(error);
        return;
      }
    }
    this.#wait();
  }
}
