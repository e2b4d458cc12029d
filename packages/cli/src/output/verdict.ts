/** Failed checks and what could not be proven, for a person. */
import type { CheckResult } from '@peerlab/orchestrator';
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
    for (const { text } of failures) print(`  ${style.bad('·')} ${text}`);
  }
}
