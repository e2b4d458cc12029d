/**
 * Whose fault it is, where one message alone cannot tell: a frame that one peer says it sent and the other never took
 * may have been lost by either. The peer that appears in most of these explanations is what they have in common.
 */
import type { Explanation } from '@peerlab/finding';

/** Settles the blame among the suspects of each explanation; where it is a draw, it stays with the first of them. */
export function blame(explanations: readonly Explanation[]): Explanation[] {
  const stories = new Map<string, number>();
  for (const { culprit, suspects } of explanations) {
    for (const name of new Set(suspects ?? (culprit === undefined ? [] : [culprit]))) {
      stories.set(name, (stories.get(name) ?? 0) + 1);
    }
  }
  const countOf = (name: string): number => stories.get(name) ?? 0;
  return explanations.map(explanation => {
    const { suspects, text } = explanation;
    const [likeliest] = [...(suspects ?? [])].sort((a, b) => countOf(b) - countOf(a));
    if (likeliest === undefined || likeliest === explanation.culprit) return explanation;
    return { ...explanation, culprit: likeliest, text: `${text}; these losses have ${likeliest} in common` };
  });
}
