import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OriginWindows, WINDOW_MESSAGES } from './origin-windows.ts';
import type { Stamp } from './signed-frame.ts';

const NOW = 1_800_000_000_000;
const KEY = new Uint8Array(32);

function windows(maxOrigins = 4): { take(origin: string, sequence: number, more?: Partial<Stamp>): boolean } {
  const all = new OriginWindows(() => NOW, { maxOrigins, maxClockSkewMs: 1000 });
  return {
    take(origin, sequence, more = {}) {
      const stamp = { startMs: NOW - 100, timeMs: NOW, sequence, ...more };
      if (!all.admits(all.get(origin), stamp)) return false;
      all.take(origin, KEY, stamp);
      return true;
    },
  };
}

describe('one origin', () => {
  test('takes each message once, in any order, within the window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3 * WINDOW_MESSAGES })), sequences => {
        const { take } = windows();
        const taken = new Set<number>();
        let highest = 0;
        for (const sequence of sequences) {
          const wanted = !taken.has(sequence) && sequence > highest - WINDOW_MESSAGES;
          expect(take('a', sequence)).toBe(wanted);
          if (wanted) taken.add(sequence);
          highest = Math.max(highest, wanted ? sequence : 0);
        }
      }),
    );
  });

  test('takes what comes late by up to the window', () => {
    const { take } = windows();
    expect([take('a', WINDOW_MESSAGES + 1), take('a', 2), take('a', 1)]).toEqual([true, true, false]);
  });

  test('a later start begins anew; an earlier one is over', () => {
    const { take } = windows();
    expect(take('a', 5)).toBe(true);
    expect(take('a', 5, { startMs: NOW - 50 })).toBe(true);
    expect(take('a', 6)).toBe(false);
    expect(take('a', 1, { startMs: NOW - 50 })).toBe(true);
  });

  test('refuses the number 0, a time before the start, and a time ahead of the clocks', () => {
    const { take } = windows();
    expect(take('a', 0)).toBe(false);
    expect(take('a', 1, { startMs: NOW, timeMs: NOW - 1 })).toBe(false);
    expect(take('a', 1, { timeMs: NOW + 1001 })).toBe(false);
    expect(take('a', 1, { timeMs: NOW + 1000 })).toBe(true);
  });
});

test('what had to be forgotten is refused, not taken again', () => {
  const { take } = windows(2);
  expect(take('a', 1, { timeMs: NOW - 30 })).toBe(true);
  expect(take('b', 1, { timeMs: NOW - 20 })).toBe(true);
  expect(take('c', 1, { timeMs: NOW - 10 })).toBe(true);
  // The window of `a` is gone: what is not newer than what it had taken may have been taken.
  expect(take('a', 1, { timeMs: NOW - 30 })).toBe(false);
  expect(take('d', 1, { timeMs: NOW - 40 })).toBe(false);
  expect(take('a', 2, { timeMs: NOW - 5 })).toBe(true);
});

test('memory is bounded, and nobody is taken twice, whoever floods', () => {
  const all = new OriginWindows(() => NOW, { maxOrigins: 64, maxClockSkewMs: 1000 });
  const seen = new Set<string>();
  for (let i = 0; i < 4000; i++) {
    const origin = `o${(i * 7919) % 500}`;
    const stamp = { startMs: NOW - 900, timeMs: NOW - 900 + (i % 900), sequence: 1 + (i % 3) };
    if (!all.admits(all.get(origin), stamp)) continue;
    all.take(origin, KEY, stamp);
    const name = `${origin} ${stamp.timeMs} ${stamp.sequence}`;
    expect(seen.has(name)).toBe(false);
    seen.add(name);
    expect(all.size).toBeLessThanOrEqual(64);
  }
  expect(seen.size).toBeGreaterThan(64);
});
