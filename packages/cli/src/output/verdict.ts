/** Failed checks and what could not be proven, for a person. */
import type { CheckResult } from '@peerlab/orchestrator';
import { note, print } from './print.ts';
import { style } from './style.ts';

/** Prints the explanations of what failed, and the notes of every check. */
export function printFailures(checks: readonly CheckResult[]): void {
  for (const { name, notes } of checks) for (const text of notes) note(`${name}: ${text}`);
  for (const { name, passed, expected, observed, failures } of checks) {
    if (passed) continue;
    print(`${style.bad(name)}: expected ${expected}; observed ${observed}`);
    for (const { text } of failures) print(`  ${style.bad('·')} ${text}`);
  }
}

/** One line for a check. */
export function checkLine({ name, passed, detail }: CheckResult): string {
  return `${passed ? style.good('✔') : style.bad('✖')} ${name.padEnd(10)} ${detail}`;
}
