/** Direct messages that wait for an answer of their recipient: an acknowledgement, or a response. */
import { startTimer, stopTimer } from '@peerlab/timers';
import type { NodeError } from './node-error.ts';

/** How long, and by whose will, an answer is waited for. */
export interface AnswerWait {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What who waits in vain is told; `id` is the message's, `to` its recipient. */
export interface AnswerFailures {
  timedOut(id: string, to: string, timeoutMs: number): NodeError;
  /** The node was closed before. */
  closed(id: string, to: string): NodeError;
}

interface Waiting<T> {
  readonly to: string;
  settle(how: { readonly value: T } | { readonly error: unknown }): void;
}

/** See the module's header. */
export class Answers<T> {
  readonly #failures: AnswerFailures;
  readonly #waiting: Map<string, Waiting<T>> = new Map();

  constructor(failures: AnswerFailures) {
    this.#failures = failures;
  }

  /**
   * Resolves with the answer.
   * @throws NodeError of the failures; the signal's reason
   */
  wait(id: string, to: string, { timeoutMs, signal }: AnswerWait): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle: Waiting<T>['settle'] = how => {
        this.#waiting.delete(id);
        stopTimer(timer);
        signal?.removeEventListener('abort', onAbort);
        if ('value' in how) resolve(how.value);
        else reject(how.error);
      };
      const onAbort = (): void => settle({ error: signal?.reason });
      const timer = startTimer(() => settle({ error: this.#failures.timedOut(id, to, timeoutMs) }), timeoutMs);
      signal?.addEventListener('abort', onAbort);
      this.#waiting.set(id, { to, settle });
    });
  }

  /** An answer came. One from another peer than the recipient is ignored. */
  answered(id: string, by: string, value: T): void {
    const waiting = this.#waiting.get(id);
    if (waiting?.to === by) waiting.settle({ value });
  }

  /** The recipient says that there will be none, and why. */
  failed(id: string, by: string, error: NodeError): void {
    const waiting = this.#waiting.get(id);
    if (waiting?.to === by) waiting.settle({ error });
  }

  /** Nothing more will come. */
  close(): void {
    for (const [id, { to, settle }] of [...this.#waiting]) settle({ error: this.#failures.closed(id, to) });
  }
}
