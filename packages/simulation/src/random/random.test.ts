import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp, ln, squareRoot } from './exact-math.ts';
import { drawOf, frameKey, mix32, senderKey } from './mix32.ts';
import { normalQuantile } from './normal.ts';
import { Random } from './xoshiro128.ts';

const within = (actual: number, expected: number, ulps: number): boolean =>
  Math.abs(actual - expected) <= ulps * 2 ** -52 * Math.abs(expected);

describe('Random', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    const take = (seed: number): number[] => {
      const random = new Random(seed);
      return Array.from({ length: 20 }, () => random.u32());
    };
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
  });

  it('follows xoshiro128** as it was published', () => {
    // The published algorithm on big integers, from the same seeding.
    const mask = 0xffffffffn;
    const rotl = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask;
    let state = 42;
    const word = (): bigint => {
      state = (state + 0x9e3779b9) | 0;
      return BigInt(mix32(state));
    };
    const s = [word(), word(), word(), word() | 1n] as [bigint, bigint, bigint, bigint];
    const random = new Random(42);
    for (let i = 0; i < 1000; i++) {
      const expected = (rotl((s[1] * 5n) & mask, 7n) * 9n) & mask;
      const t = (s[1] << 9n) & mask;
      s[2] ^= s[0];
      s[3] ^= s[1];
      s[1] ^= s[2];
      s[0] ^= s[3];
      s[2] ^= t;
      s[3] = rotl(s[3], 11n);
      expect(random.u32()).toBe(Number(expected));
    }
  });

  it('draws below a bound, each alike', () => {
    const random = new Random(1);
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 60_000; i++) {
      const draw = random.below(6);
      counts[draw] = (counts[draw] ?? 0) + 1;
    }
    // Each count has a standard deviation of 91.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    expect(() => fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 32 }), n => random.below(n) < n))).not.toThrow();
  });
});

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

  it('has the quantiles of the normal distribution (AS 241: 16 digits)', () => {
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
});
