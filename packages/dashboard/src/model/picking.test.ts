/** A click finds the link under it, and a lasso the peers inside it. */
import { expect, it } from 'vitest';
import { enclosed, linkAt } from './picking.ts';

const PLACES = [
  { x: 0, y: 0 },
  { x: 100, y: 0 },
  { x: 100, y: 100 },
];
const ENDS = [
  [0, 1],
  [1, 2],
  [0, 2],
] as const;

it.each([
  ['on a link', { x: 50, y: 3 }, 0],
  ['on the slanted one', { x: 48, y: 52 }, 2],
  ['nearer to one of two', { x: 96, y: 70 }, 1],
  ['too far from any', { x: 70, y: 25 }, -1],
  ['at an end, which belongs to the peer', { x: 5, y: 0 }, -1],
  ['beyond the end', { x: 140, y: 0 }, -1],
])('%s', (_, spot, link) => {
  expect(linkAt(spot, ENDS, PLACES, 8)).toBe(link);
});

it('a lasso holds what is inside it, also where it is bent inwards', () => {
  const bent = [
    { x: -10, y: -10 },
    { x: 110, y: -10 },
    { x: 110, y: 110 },
    { x: 90, y: 110 },
    { x: 90, y: 10 },
    { x: 10, y: 10 },
  ];
  expect(enclosed([...PLACES, { x: 50, y: 50 }], bent)).toEqual([0, 1, 2]);
  expect(enclosed(PLACES, [])).toEqual([]);
});
