/** A failed step in lines, for every writer. */
import type { Explanation } from '@peerlab/lab';
import type { StepOutcome } from '../steps/outcome.ts';

/** What was expected, what was seen, and why, one line each. */
export function stepLines({ expected, seen, failures, notes }: StepOutcome): string[] {
  return [
    `expected ${expected}`,
    `seen     ${seen}`,
    ...failures.flatMap(failure => [`· ${failure.text}`, ...wayLines(failure).map(line => `  ${line}`)]),
    ...notes.map(note => `note: ${note}`),
  ];
}

/** Where on its way a message stopped, in a line; none where that is not known: `way: n0 → n1 ✖ n2 → n3`. */
export function wayLines({ way }: Explanation): string[] {
  if (way === undefined) return [];
  const { path, stoppedAfter } = way;
  const text = path
    .map((name, i) => (i === 0 ? name : `${path[i - 1] === stoppedAfter ? '✖' : '→'} ${name}`))
    .join(' ');
  return [`way: ${text}`];
}
