/** Waiting, as a promise. */
import { startTimer } from './timer.ts';

/** How a wait is ended early, and whether it keeps the process. */
export interface PauseOptions {
  /** Ends the wait: the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** @default true */
  readonly keepsProcess?: boolean | undefined;
}

/** Resolves after so many milliseconds. Rejects with the signal's reason as soon as that fires. */
export async function pause(forMs: number, { signal, keepsProcess = true }: PauseOptions = {}): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      timer.clear();
      reject(signal?.reason);
    };
    const timer = startTimer(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, forMs);
    if (!keepsProcess) timer.unref();
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
