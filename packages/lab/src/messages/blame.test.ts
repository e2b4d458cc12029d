import type { Explanation } from '@peerlab/finding';
import { expect, test } from 'vitest';
import { blame } from './blame.ts';

function lost(...suspects: string[]): Explanation {
  return { kind: 'missed', culprit: suspects[0], suspects, text: `lost at ${suspects.join(' or ')}` };
}

function culprits(explanations: readonly Explanation[]): (string | undefined)[] {
  return blame(explanations).map(({ culprit }) => culprit);
}

test('the peer that all stories have in common is blamed, wherever it stands among the suspects', () => {
  expect(culprits([lost('n4', 'n3'), lost('n2', 'n3'), lost('n3', 'n5')])).toEqual(['n3', 'n3', 'n3']);
});

test('the text says why another than the first suspect is blamed', () => {
  expect(blame([lost('n4', 'n3'), lost('n2', 'n3')])[0]?.text).toBe('lost at n4 or n3; these losses have n3 in common');
});

test('in a draw it stays with the first suspect', () => {
  expect(culprits([lost('n4', 'n3')])).toEqual(['n4']);
});

test('a culprit that is beyond doubt is kept, and counts against the suspects of other stories', () => {
  const certain: Explanation = { kind: 'twice', culprit: 'n3', text: 'n3 delivered it twice' };
  expect(culprits([certain, lost('n4', 'n3')])).toEqual(['n3', 'n3']);
});
