/** How many claims are proven, failed and not proven; and what that comes to. */
import type { Finding, Verdict } from './finding.ts';

/** How many findings have each verdict. */
export interface Tally {
  readonly proven: number;
  readonly failed: number;
  readonly notProven: number;
}

/** Counts verdicts. */
export function tallyOf(findings: readonly Pick<Finding, 'verdict'>[]): Tally {
  const count = (wanted: Verdict): number => findings.filter(({ verdict }) => verdict === wanted).length;
  return { proven: count('proven'), failed: count('failed'), notProven: count('not-proven') };
}

/** The verdict on all of them together: of none, nothing is proven. */
export function verdictOf(findings: readonly Pick<Finding, 'verdict'>[]): Verdict {
  const { failed, notProven } = tallyOf(findings);
  if (failed > 0) return 'failed';
  return notProven > 0 || findings.length === 0 ? 'not-proven' : 'proven';
}

/** True when none failed. What could not be proven does not fail a run. */
export function noneFailed(findings: readonly Pick<Finding, 'verdict'>[]): boolean {
  return findings.every(({ verdict }) => verdict !== 'failed');
}

/** `4 claims proven`; `3 of 4 claims proven, 1 not proven`; `2 of 4 claims proven, 1 failed, 1 not proven`. */
export function tallyText({ proven, failed, notProven }: Tally): string {
  const all = proven + failed + notProven;
  const claims = all === 1 ? 'claim' : 'claims';
  const parts = [
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(notProven === 0 ? [] : [`${notProven} not proven`]),
  ];
  if (parts.length === 0) return `${proven} ${claims} proven`;
  return [`${proven} of ${all} ${claims} proven`, ...parts].join(', ');
}
