/** A failed step in lines, for every writer. */
import type { Explanation } from '../explain.ts';
import type { StepOutcome } from '../scenario/outcome.ts';

/** What was expected, what was seen, and why, one line each. */
export function stepLines({ expected, seen, failures, notes }: StepOutcome): string[] {
  return [
    `expected ${expected}`,
    `seen     ${seen}`,
    ...failures.flatMap(failure => [`· ${failure.text}`, ...wayLines(failure)]),
    ...notes.map(note => `note: ${note}`),
  ];
}

/** Where on its way a message stopped: `way: n0 → n1 ✖ n2 → n3`. */
function wayLines({ way }: Explanation): string[] {
  if (way === undefined) return [];
  const { path, stoppedAfter } = way;
  const text = path
    .map((name, i) => (i === 0 ? name : `${path[i - 1] === stoppedAfter ? '✖' : '→'} ${name}`))
    .join(' ');
  return [`  way: ${text}`];
}
