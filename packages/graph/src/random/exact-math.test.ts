import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp, ln, squareRoot } from './exact-math.ts';
import { drawOf, frameKey, senderKey } from './mix32.ts';

const within = (actual: number, expected: number, ulps: number): boolean =>
  Math.abs(actual - expected) <= ulps * 2 ** -52 * Math.abs(expected);

describe('frame keys', () => {
  it('differ when anything of a frame does', () => {
    const keys = new Set<number>();
    for (let from = 0; from < 20; from++)
      for (let to = 0; to < 20; to++) for (let n = 0; n < 20; n++) keys.add(frameKey(senderKey(3, from), to, n));
    // 8000 draws of 2^32: 0.007 collisions are to be expected.
    expect(keys.size).toBeGreaterThanOrEqual(7999);
  });

  it('draw uniformly', () => {
    const buckets = new Array<number>(16).fill(0);
    for (let n = 0; n < 16_000; n++) {
      const bucket = drawOf(frameKey(senderKey(1, n % 100), n, 0), 0) >>> 28;
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    const chiSquare = buckets.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // 15 degrees of freedom: above 37.7 once in a thousand.
    expect(chiSquare).toBeLessThan(37.7);
  });
});

describe('exact mathematics', () => {
  it('has the logarithm to four units in the last place', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), x => {
        expect(within(ln(x), Math.log(x), 4) || Math.abs(ln(x) - Math.log(x)) < 2e-16).toBe(true);
      }),
    );
    expect(ln(1)).toBe(0);
  });

  it('has the exponential to four units in the last place', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), x => {
        expect(within(exp(x), Math.exp(x), 4)).toBe(true);
      }),
    );
    expect(exp(0)).toBe(1);
  });

  it('has the square root to one unit in the last place', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1000, noNaN: true }), x => {
        expect(within(squareRoot(x), Math.sqrt(x), 1)).toBe(true);
      }),
    );
    expect(squareRoot(0)).toBe(0);
  });
});
