/** Waiting for a condition, with a bound that says what was waited for. */
import { pause, startTimer, stopTimer, type Timer } from '@peerlab/timers';

const LOOK_AGAIN_MS = 10;

/**
 * Looks until the check gives something other than undefined, and gives that.
 * @throws {Error} past `timeoutMs`, with what was waited for and what `seen` tells.
 */
export async function eventually<T>(
  what: string,
  timeoutMs: number,
  check: () => Promise<T | undefined> | T | undefined,
  seen: () => unknown = () => '',
): Promise<T> {
  const giveUpMs = performance.now() + timeoutMs;
  for (;;) {
    const found = await check();
    if (found !== undefined) return found;
    if (performance.now() > giveUpMs) {
      throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}. ${String(seen())}`);
    }
    await pause(LOOK_AGAIN_MS);
  }
}

/**
 * Waits for a promise.
 * @throws {Error} past `timeoutMs`, with what was waited for.
 */
export async function within<T>(what: string, timeoutMs: number, promise: Promise<T>): Promise<T> {
  let bound: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    bound = startTimer(() => reject(new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    stopTimer(bound);
  }
}
