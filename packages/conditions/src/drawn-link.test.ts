import { describe, expect, test } from 'vitest';
import { isDirected, oneWay } from './drawn-link.ts';
import { linkSettingsText } from './link-words.ts';

describe('settings of a drawn link', () => {
  test('hold in both directions, but for those that have a value for each', () => {
    const settings = { latencyMs: { there: 5, back: { exponential: { mean: 20 } } }, lossRatio: 0.1 };
    expect([oneWay(settings, 'there'), oneWay(settings, 'back'), isDirected(settings)]).toEqual([
      { latencyMs: 5, lossRatio: 0.1 },
      { latencyMs: { exponential: { mean: 20 } }, lossRatio: 0.1 },
      true,
    ]);
  });

  test('without such a value are the same both ways', () => {
    const settings = { latencyMs: { uniform: { min: 1, max: 2 } }, delivery: 'datagram' } as const;
    expect([oneWay(settings, 'back'), isDirected(settings)]).toEqual([settings, false]);
  });
});

test.each([
  [{}, ''],
  [
    { latencyMs: 5, jitterMs: 2, lossRatio: 0.015, bandwidthKbps: 100, delivery: 'datagram' },
    '5 ms, jitter 2 ms, 1.5 % lost, 100 kbit/s, datagram',
  ],
  [{ latencyMs: { uniform: { min: 1, max: 5 } } }, '1 to 5 ms'],
  [{ latencyMs: { exponential: { mean: 20 } } }, 'exponential, mean 20 ms'],
  [{ latencyMs: { logNormal: { median: 50, sigma: 0.5 } } }, 'log-normal, median 50 ms, sigma 0.5'],
] as const)('%j in words', (settings, words) => {
  expect(linkSettingsText(settings)).toBe(words);
});
