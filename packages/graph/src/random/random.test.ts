import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mix32 } from './mix32.ts';
import { Random } from './random.ts';

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
    const s = [word(), word(), word(), word()] as [bigint, bigint, bigint, bigint];
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
    // Of 2^32 draws, a quarter is no whole round of 3 x 2^30: taken as well, it would make the lowest third half of all.
    const lowest = Array.from({ length: 9000 }, () => random.below(3 * 2 ** 30)).filter(n => n < 2 ** 30).length;
    expect(Math.abs(lowest - 3000)).toBeLessThan(250);
    for (const bound of [0, -1, 1.5, Number.NaN, 2 ** 33]) expect(() => random.below(bound)).toThrow(RangeError);
    expect(() => fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 32 }), n => random.below(n) < n))).not.toThrow();
  });
});
