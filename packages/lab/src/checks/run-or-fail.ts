/** A check that cannot be brought to an end has failed: the peers are what is proven, so their silence is a finding. */
import { LabError, type LabErrorCode } from '@peerlab/driver';
import type { Explanation } from '@peerlab/finding';
import { notTried } from '@peerlab/finding';
import {
  CHECK_CLAIMS,
  type CheckContext,
  type CheckFinding,
  type CheckName,
  checkFinding,
  clientsOf,
} from './check.ts';

/** Errors that the peers cause; other errors (an unreachable engine, cancellation by the caller) are rethrown. */
const PEERS_DOING: ReadonlySet<LabErrorCode> = new Set<LabErrorCode>([
  'PEER_FAILED',
  'PEER_REFUSED',
  'PEER_SILENT',
  'CONTRACT_BROKEN',
  'NOT_SETTLED',
]);

/** True for what the peers did, or failed to do: a finding, not a failure of the lab. */
export function isPeersDoing(error: unknown): error is LabError {
  return error instanceof LabError && PEERS_DOING.has(error.code);
}

/** Runs a check; what the peers did to keep it from its end becomes its finding. */
export async function runOrFail(
  name: CheckName,
  check: (context: CheckContext) => Promise<CheckFinding>,
  context: CheckContext,
): Promise<CheckFinding> {
  const startedAtMs = performance.now();
  try {
    const finding = await check(context);
    // What a peer said by breaking the contract was not heard: nobody else is to be blamed for what is missing.
    for (const client of clientsOf(context)) client?.requireSound();
    return finding;
  } catch (error) {
    if (!isPeersDoing(error)) throw error;
    const facts = { expected: 'the check to finish', observed: error.message, evidence: [] };
    return checkFinding(name, { ...facts, explanations: [broughtToNoEnd(error)] }, [], performance.now() - startedAtMs);
  }
}

/** Why something could not be brought to an end, by the error that ended it. */
export function broughtToNoEnd({ message: text, details }: LabError): Explanation {
  const { peer } = details;
  return { kind: 'incomplete', ...(typeof peer === 'string' ? { culprit: peer } : {}), text };
}

/** The finding of a check that was not tried, because an earlier one could not be brought to an end. */
export function checkNotTried(name: CheckName, earlier: CheckName): CheckFinding {
  return checkLeftOut(name, `the check of ${earlier} did not finish`);
}

/** The finding of a check that was not tried. */
export function checkLeftOut(name: CheckName, reason: string): CheckFinding {
  return { name, ...notTried(CHECK_CLAIMS[name], CHECK_CLAIMS[name], reason), timeMs: 0 };
}

/** True for what could not be brought to an end. */
export function isIncomplete({ explanations }: Pick<CheckFinding, 'explanations'>): boolean {
  return explanations.some(({ kind }) => kind === 'incomplete');
}
