/** Who is suspected, by the paths between engines that are broken. */
import { expect, test } from 'vitest';
import { type BrokenPath, suspectsOf } from './unreached-engines.ts';

const paths = (...words: readonly string[]): BrokenPath[] => words.map(([from = '', to = '']) => [from, to] as const);

test.each([
  ['nobody, where every path is whole', [], []],
  ['the one whose cable is pulled', ['bd', 'db', 'cd', 'dc'], ['d']],
  ['the one that the others do not reach, by a firewall of its own', ['bd', 'cd'], ['d']],
  ['of two engines, not the one by which the lab is seen', ['bc', 'cb'], ['c']],
  ['the control, where all others reach each other', ['bc', 'cb', 'bd', 'db', 'be', 'eb'], ['b']],
  ['one of each broken pair', ['cd', 'dc', 'ef', 'fe'], ['c', 'e']],
])('%s', (_, broken, suspects) => {
  expect(suspectsOf(paths(...broken), 'b')).toEqual(suspects);
});
