/** A seeded source of randomness: the same seed gives the same graph on every machine. */

/** Uniform in [0, 1), 32 bits of it. */
export type Random = () => number;

/**
 * xoshiro128** (Blackman and Vigna, 2018), seeded through splitmix32.
 * @param seed any number; its low 32 bits count
 */
export function createRandom(seed: number): Random {
  let s = seed | 0;
  const next = (): number => {
    s = (s + 0x9e3779b9) | 0;
    let z = Math.imul(s ^ (s >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let a = next();
  let b = next();
  let c = next();
  let d = next();
  const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k));
  return () => {
    const result = Math.imul(rotl(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 11);
    return result / 2 ** 32;
  };
}

/** A whole number from 0 to `bound - 1`. */
export function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

/**
 * A whole number from 0 to `bound - 1`, each exactly as likely as any other: the topmost draws, too few for a whole
 * round, are thrown away. Draws as `below` of the simulation's random source does.
 */
export function evenlyBelow(random: Random, bound: number): number {
  const draws = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const draw = random() * 2 ** 32;
    if (draw < draws) return draw % bound;
  }
}
