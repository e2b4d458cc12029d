import { expect, test } from 'vitest';
import { normalQuantile } from './normal.ts';

const within = (actual: number, expected: number, ulps: number): boolean =>
  Math.abs(actual - expected) <= ulps * 2 ** -52 * Math.abs(expected);

test('normalQuantile has the quantiles of the normal distribution (AS 241: 16 digits)', () => {
  expect(normalQuantile(0.5)).toBe(0);
  for (const [p, quantile] of [
    [0.975, 1.959963984540054],
    [0.95, 1.6448536269514722],
    [0.001, -3.090232306167813],
    [1e-6, -4.753424308822899],
    [1e-12, -7.034483825301132],
  ] as const) {
    expect(within(normalQuantile(p), quantile, 16)).toBe(true);
  }
});
