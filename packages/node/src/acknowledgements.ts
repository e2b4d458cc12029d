/** Direct messages that wait for their recipient's acknowledgement. */

import { formatId, type Id } from '@peerlab/protocol';
import { startTimer, stopTimer } from '@peerlab/timers';
import { NodeError } from './node-error.ts';

/** How long, and by whose will, an acknowledgement is waited for. */
export interface AckWait {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

interface Waiting {
  readonly to: string;
  settle(error?: unknown): void;
}

/** See the module's header. */
export class Acknowledgements {
  readonly #waiting: Map<string, Waiting> = new Map();

  /** How many are waited for. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Resolves when the recipient has the message.
   * @throws NodeError `ack-timeout` or `closed`, both not definite: the message may have arrived; the signal's reason
   */
  wait(messageId: string, to: string, { timeoutMs, signal }: AckWait): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: unknown): void => {
        this.#waiting.delete(messageId);
        stopTimer(timer);
        signal?.removeEventListener('abort', onAbort);
        if (error === undefined) resolve();
        else reject(error);
      };
      const onAbort = (): void => settle(signal?.reason);
      const timer = startTimer(() => settle(timedOut(messageId, to, timeoutMs)), timeoutMs);
      signal?.addEventListener('abort', onAbort);
      this.#waiting.set(messageId, { to, settle });
    });
  }

  /** An acknowledgement came. One from another peer than the recipient is ignored. */
  acknowledged(messageId: Id, by: Id): void {
    const waiting = this.#waiting.get(formatId(messageId));
    if (waiting?.to === formatId(by)) waiting.settle();
  }

  /** Nothing more will come. */
  close(): void {
    for (const [id, { to, settle }] of [...this.#waiting]) {
      settle(
        new NodeError('closed', `the node was closed before ${to} acknowledged ${id}; it may have arrived`, {
          definite: false,
          details: { id, to },
        }),
      );
    }
  }
}

function timedOut(id: string, to: string, timeoutMs: number): NodeError {
  return new NodeError(
    'ack-timeout',
    `${to} did not acknowledge ${id} within ${timeoutMs} ms; whether it arrived is unknown`,
    { definite: false, details: { id, to, timeoutMs } },
  );
}
