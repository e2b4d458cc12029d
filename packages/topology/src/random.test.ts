import { expect, test } from 'vitest';
import { below, createRandom } from './random.ts';

test('the same seed gives the same numbers, another seed others, all in [0, 1)', () => {
  const draw = (seed: number): number[] => {
    const random = createRandom(seed);
    return Array.from({ length: 1000 }, random);
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(draw(3).every(x => x >= 0 && x < 1)).toBe(true);
});

test('every value below the bound comes about as often', () => {
  const random = createRandom(4);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 10_000; i++) {
    const value = below(random, 10);
    counts[value] = (counts[value] ?? 0) + 1;
  }
  // Ten standard deviations around 1,000: the seed is fixed, so this either always holds or never.
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(300);
});
