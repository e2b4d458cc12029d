/** A check that cannot be brought to an end has failed: the peers are what is proven, so their silence is a finding. */
import { LabError, type LabErrorCode } from '@peerlab/driver';
import type { CheckContext, CheckName, CheckResult } from './check.ts';

/** What the peers are to blame for; the rest (an engine that is gone, the caller who gives up) is thrown on. */
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

/** Runs a check; what the peers did to keep it from its end becomes its result. */
export async function runOrFail(
  name: CheckName,
  check: (context: CheckContext) => Promise<CheckResult>,
  context: CheckContext,
): Promise<CheckResult> {
  const startedAtMs = performance.now();
  try {
    return await check(context);
  } catch (error) {
    if (!isPeersDoing(error)) throw error;
    const { peer } = error.details;
    const culprit = typeof peer === 'string' ? { culprit: peer } : {};
    return {
      ...incomplete(name, error.message),
      failures: [{ kind: 'incomplete', ...culprit, text: error.message }],
      timeMs: performance.now() - startedAtMs,
    };
  }
}

/** The result of a check that was not tried, because an earlier one could not be brought to an end. */
export function notTried(name: CheckName, earlier: CheckName): CheckResult {
  return incomplete(name, `not tried, since the check of ${earlier} could not be brought to an end`);
}

/** True for a check that could not be brought to an end. */
export function isIncomplete({ failures }: CheckResult): boolean {
  return failures.some(({ kind }) => kind === 'incomplete');
}

function incomplete(name: CheckName, why: string): CheckResult {
  return {
    name,
    passed: false,
    expected: 'an end of the check',
    observed: why,
    detail: why,
    notes: [],
    failures: [],
    timeMs: 0,
  };
}
