/** A signal that fires after a time of any length: `AbortSignal.timeout` fires at once past 24.8 days. */
import { startTimer } from './timer.ts';

/** Fires after so many milliseconds with a `TimeoutError`. Does not keep the process. */
export function timeoutSignal(afterMs: number): AbortSignal {
  const controller = new AbortController();
  const reason = (): DOMException => new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  startTimer(() => controller.abort(reason()), afterMs).unref();
  return controller.signal;
}
