/** A seeded source of randomness as a function: see packages/graph's Random. */
import { Random as Source } from '@peerlab/graph';

/** Uniform in [0, 1), 32 bits of it. */
export type Random = () => number;

/** @param seed any number; its low 32 bits count */
export function createRandom(seed: number): Random {
  const source = new Source(seed);
  return () => source.fraction();
}

/** A whole number from 0 to `bound - 1`. */
export function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}
