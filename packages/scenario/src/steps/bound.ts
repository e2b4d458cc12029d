/** A bound on how long something may take, which says past it what was waited for. */

import { LabError } from '@peerlab/driver';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';

/** Runs from its making until it is lifted. */
export class Bound {
  /** What is bounded, in a few words. */
  readonly what: string;
  readonly timeoutMs: number;
  /** Fires when the bound is over, or the outer signal fires. */
  readonly signal: AbortSignal;
  readonly #controller: AbortController = new AbortController();
  readonly #timer: Timer;
  readonly #outer: AbortSignal | undefined;
  readonly #parent: Bound | undefined;
  readonly #onOuter: () => void;
  #waitingFor = 'its end';
  #error: LabError | undefined;

  /**
   * @param what is bounded, in a few words
   * @param outer an enclosing bound, or a signal that ends it early
   */
  constructor(what: string, timeoutMs: number, outer?: AbortSignal | Bound) {
    this.what = what;
    this.timeoutMs = timeoutMs;
    this.signal = this.#controller.signal;
    this.#parent = outer instanceof Bound ? outer : undefined;
    this.#outer = outer instanceof Bound ? outer.signal : outer;
    const given = this.#outer;
    this.#onOuter = () => this.#end(given?.reason instanceof LabError ? given.reason : aborted());
    this.#timer = startTimer(() => {
      const message = `${what} did not finish within ${timeoutMs} ms; it waited for ${this.#waitingFor}`;
      this.#end(new LabError('NOT_SETTLED', message, { definite: false, details: { waitingFor: this.#waitingFor } }));
    }, timeoutMs);
    if (given?.aborted) this.#onOuter();
    else given?.addEventListener('abort', this.#onOuter, { once: true });
  }

  /** What is waited for from now on. */
  waitFor(what: string): void {
    this.#waitingFor = what;
    this.#parent?.waitFor(what);
  }

  /** The promise, or the bound's error as soon as it is over. */
  async hold<T>(promise: Promise<T>): Promise<T> {
    let onEnd = (): void => undefined;
    const ended = new Promise<never>((_, reject) => {
      onEnd = () => reject(this.#error ?? aborted());
      if (this.signal.aborted) onEnd();
      else this.signal.addEventListener('abort', onEnd, { once: true });
    });
    try {
      return await Promise.race([promise, ended]);
    } catch (error) {
      // What the signal broke off throws its own word for it.
      throw this.#error ?? error;
    } finally {
      this.signal.removeEventListener('abort', onEnd);
      promise.catch(() => undefined);
      ended.catch(() => undefined);
    }
  }

  /** It no longer bounds anything. */
  lift(): void {
    stopTimer(this.#timer);
    this.#outer?.removeEventListener('abort', this.#onOuter);
  }

  #end(error: LabError): void {
    this.#error ??= error;
    this.#controller.abort(error);
  }
}

function aborted(): LabError {
  return new LabError('ABORTED', 'cancelled');
}
