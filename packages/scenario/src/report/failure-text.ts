/** A step that failed, or that is not proven, in lines, for every writer. */
import type { Explanation, Finding } from '@peerlab/finding';

/** What was expected, what was observed, and why, one line each. */
export function stepLines({ expected, observed, explanations, evidence, verdict, reason }: Finding): string[] {
  return [
    `expected ${expected}`,
    `observed ${observed}`,
    ...(verdict === 'not-proven' ? [`not proven: ${reason}`] : []),
    ...explanations.flatMap(failure => [`· ${failure.text}`, ...wayLines(failure).map(line => `  ${line}`)]),
    ...evidence.map(note => `note: ${note}`),
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
