/** Waiting for a time that the user gave, or until the user ends it. */
import { startTimer, stopTimer } from '@peerlab/timers';

/** Resolves with true after so long, or with false as soon as the signal fires. */
export async function waited(timeMs: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  return await new Promise<boolean>(resolve => {
    const done = (isOver: boolean) => (): void => {
      stopTimer(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(isOver);
    };
    const onAbort = done(false);
    const timer = startTimer(done(true), timeMs);
    signal.addEventListener('abort', onAbort);
  });
}

/** Resolves when the signal fires. Keeps the process until then. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  await waited(Number.POSITIVE_INFINITY, signal);
}
