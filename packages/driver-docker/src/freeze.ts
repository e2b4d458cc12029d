/**
 * Freezing a container on a busy machine: runc stops if the kernel does not freeze all threads within its own bound
 * (cgroup v1, runc issue 2774). The container then runs on as before, so the request can be made again.
 */

import { LabError } from '@peerlab/driver';
import { pause } from '@peerlab/timers';

/** How long the kernel may refuse, in milliseconds. */
const FREEZE_TIMEOUT_MS = 10_000;
/** Between two requests, in milliseconds. */
const FREEZE_PAUSE_MS = 100;

/**
 * Makes the request until the kernel freezes the container.
 * @throws {LabError} what the request throws: at once for any other reason, for this one past the timeout
 */
export async function freeze(request: () => Promise<unknown>, timeoutMs: number = FREEZE_TIMEOUT_MS): Promise<void> {
  const endAtMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      await request();
      return;
    } catch (error) {
      if (!isUnfrozen(error) || performance.now() >= endAtMs) throw error;
    }
    await pause(FREEZE_PAUSE_MS);
  }
}

function isUnfrozen(error: unknown): boolean {
  return error instanceof LabError && error.code === 'ENGINE_REFUSED' && error.message.includes('unable to freeze');
}
