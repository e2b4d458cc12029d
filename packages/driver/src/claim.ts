/** The right to make or remove a lab of a name: two that want the same lab at the same time take turns. */
import { pause } from '@peerlab/timers';
import { LabError } from './lab-error.ts';

/** How a claim is waited for. */
export interface ClaimOptions {
  readonly signal: AbortSignal;
  /** Called once when somebody else has it; `holder` as `user@host:pid`, or undefined where that is not known. */
  readonly onWait?: ((holder: string | undefined) => void) | undefined;
  /**
   * How long another one is waited for, in milliseconds.
   * @default 120,000: a lab of 500 containers is up and proven within 90 s on two cores
   */
  readonly timeoutMs?: number | undefined;
}

/** The process that has a claim. */
export interface ClaimHolder {
  /** As `user@host:pid`, where that is known. */
  readonly owner?: string | undefined;
}

const TIMEOUT_MS = 120_000;
const LOOK_AGAIN_MS = 50;

/**
 * Waits for a claim.
 * @param take tries once: the claim, or who has it
 * @throws {LabError} `NAME_TAKEN` when it is not given back in time; `ABORTED`
 */
export async function waitForClaim<T extends AsyncDisposable>(
  lab: string,
  { signal, onWait, timeoutMs = TIMEOUT_MS }: ClaimOptions,
  take: () => Promise<T | ClaimHolder>,
): Promise<T> {
  const giveUpMs = performance.now() + timeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    if (signal.aborted) throw aborted(lab);
    const taken = await take();
    if (Symbol.asyncDispose in taken) return taken;
    if (attempt === 1) onWait?.(taken.owner);
    if (performance.now() > giveUpMs) throw busy(lab, taken, timeoutMs);
    await pause(LOOK_AGAIN_MS, { signal }).catch(() => undefined);
  }
}

function busy(lab: string, { owner }: ClaimHolder, timeoutMs: number): LabError {
  const who = owner === undefined ? 'another process' : `the process ${owner}`;
  return new LabError('NAME_TAKEN', `${who} has been making ${lab} for more than ${timeoutMs / 1000} s`, {
    advice: 'try again when it is done; if it no longer runs: lab prune',
    details: { lab, ...(owner === undefined ? {} : { owner }) },
  });
}

function aborted(lab: string): LabError {
  return new LabError('ABORTED', `the wait for ${lab} was interrupted`, { details: { lab } });
}
