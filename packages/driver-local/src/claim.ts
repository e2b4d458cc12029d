/** The claim of a lab's name on this machine, for the process that makes that lab: a lock that ends with it. */
import { type ClaimHolder, type ClaimOptions, waitForClaim } from '@peerlab/driver';
import { takeNameLock } from './name-lock.ts';
import type { LocalSettings } from './options.ts';
import { ensureRuntimeDirectory, socketPath } from './runtime-directory.ts';

/** Waits for the claim. @throws {LabError} `NAME_TAKEN`, `ABORTED`, `ENGINE_REFUSED` */
export async function claimName(
  lab: string,
  { runtimeDirectory }: LocalSettings,
  options: ClaimOptions,
): Promise<AsyncDisposable> {
  ensureRuntimeDirectory(runtimeDirectory);
  const path = `${socketPath(runtimeDirectory, lab)}.claim`;
  return await waitForClaim(lab, options, async (): Promise<AsyncDisposable | ClaimHolder> => {
    const lock = await takeNameLock(path);
    return lock === undefined ? {} : { [Symbol.asyncDispose]: async () => lock.release() };
  });
}
