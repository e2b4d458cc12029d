/** Failed checks and what could not be proven, for a person. */
import type { CheckResult, Explanation } from '@peerlab/lab';
import { wayLines } from '@peerlab/scenario';
import { note, print } from './print.ts';
import { STEP_LABELS } from './progress.ts';
import { style } from './style.ts';

/** Prints the explanations of what failed, and the notes of every check. */
export function printFailures(checks: readonly CheckResult[]): void {
  for (const { name, notes } of checks) for (const text of notes) note(`${STEP_LABELS[name]}: ${text}`);
  for (const { name, passed, expected, observed, failures } of checks) {
    if (passed) continue;
    print(`${style.bad(STEP_LABELS[name])}  expected ${expected}`);
    print(`${' '.repeat(STEP_LABELS[name].length)}  observed ${observed}`);
    for (const failure of failures) printFailure(failure);
  }
}

/** Prints why something failed, and where on its way a message stopped. */
export function printFailure(failure: Explanation): void {
  print(`  ${style.bad('·')} ${failure.text}`);
  for (const line of wayLines(failure)) print(`    ${style.dim(line)}`);
}
