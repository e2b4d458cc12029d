/** Every generator by its name. */

import { full, line, ring, star } from './basic.ts';
import { clusters } from './clusters.ts';
import { erdosRenyi } from './erdos-renyi.ts';
import type { Generator } from './generator.ts';
import { grid, hypercube, torus } from './lattices.ts';
import { randomChoice } from './random-choice.ts';
import { randomRegular } from './random-regular.ts';
import { scaleFree } from './scale-free.ts';
import { smallWorld } from './small-world.ts';
import { regularTree, tree } from './trees.ts';

/** The generators, in the order in which they are shown. */
export const GENERATORS: readonly Generator[] = [
  line,
  ring,
  star,
  full,
  grid,
  torus,
  tree,
  regularTree,
  hypercube,
  clusters,
  randomChoice,
  randomRegular,
  erdosRenyi,
  smallWorld,
  scaleFree,
];

/** The names of the generators. */
export const GENERATOR_NAMES: readonly string[] = GENERATORS.map(({ name }) => name);

/** The generator of this name. */
export function findGenerator(name: string): Generator | undefined {
  return GENERATORS.find(generator => generator.name === name);
}
