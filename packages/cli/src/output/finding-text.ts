/** Findings for a person: marks, what failed, what is not proven, and the sum. */
import { type Explanation, tallyOf, tallyText, type Verdict } from '@peerlab/finding';
import type { CheckFinding } from '@peerlab/lab';
import { wayLines } from '@peerlab/scenario';
import { note, print } from './print.ts';
import { STEP_LABELS } from './progress.ts';
import { style } from './style.ts';

/** The mark of each verdict. What is not proven never has the mark of what is. */
export const MARKS: Readonly<Record<Verdict, string>> = {
  proven: style.good('✔'),
  failed: style.bad('✖'),
  'not-proven': style.warn('?'),
};

/** Prints the evidence of every check, why those failed that did, and why others are not proven. */
export function printFindings(checks: readonly CheckFinding[]): void {
  for (const { name, evidence } of checks) for (const text of evidence) note(`${STEP_LABELS[name]}: ${text}`);
  for (const { name, verdict, expected, observed, explanations } of checks) {
    if (verdict !== 'failed') continue;
    print(`${style.bad(STEP_LABELS[name])}  expected ${expected}`);
    print(`${' '.repeat(STEP_LABELS[name].length)}  observed ${observed}`);
    for (const failure of explanations) printExplanation(failure);
  }
}

/** Prints why something failed, and where on its way a message stopped. */
export function printExplanation(failure: Explanation): void {
  print(`  ${style.bad('·')} ${failure.text}`);
  for (const line of wayLines(failure)) print(`    ${style.dim(line)}`);
}

/** `3 of 4 claims proven, 1 not proven: DM (there is no pair of peers …)`; claims with the same reason share it. */
export function checksText(checks: readonly CheckFinding[]): string {
  const byReason = new Map<string, string[]>();
  for (const { name, reason } of checks) {
    if (reason !== undefined) byReason.set(reason, [...(byReason.get(reason) ?? []), STEP_LABELS[name]]);
  }
  const reasons = [...byReason].map(([reason, names]) => `${names.join(', ')} (${reason})`);
  const text = tallyText(tallyOf(checks));
  return reasons.length === 0 ? text : `${text}: ${reasons.join('; ')}`;
}
