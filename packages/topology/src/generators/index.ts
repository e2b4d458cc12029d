/** Every generator by its name. */
import { createRandom } from '../random.ts';
import { type GeneratedGraph, type Generator, MAX_LINKS, type Values } from './generator.ts';
import { erdosRenyi, randomRegular, scaleFree, smallWorld } from './random-graphs.ts';
import { clusters, full, grid, hypercube, line, ring, star, torus, tree } from './regular.ts';

/** The generators, in the order in which they are shown. */
export const GENERATORS: readonly Generator[] = [
  line,
  ring,
  star,
  full,
  grid,
  torus,
  tree,
  hypercube,
  clusters,
  randomRegular,
  erdosRenyi,
  smallWorld,
  scaleFree,
];

/** A generator's name and values, as a topology file gives them. */
export interface GeneratorSpec {
  readonly generator: string;
  readonly values: Values;
}

/** The generator of this name. */
export function findGenerator(name: string): Generator | undefined {
  return GENERATORS.find(generator => generator.name === name);
}

/**
 * Runs a generator.
 * @throws RangeError for an unknown generator, or values outside its bounds
 */
export function generate({ generator: name, values }: GeneratorSpec, seed: number): GeneratedGraph {
  const generator = findGenerator(name);
  if (generator === undefined) throw new RangeError(`no generator ${name}`);
  const problem = checkValues(generator, values)[0];
  if (problem !== undefined) throw new RangeError(`${name}: ${problem.parameter} ${problem.message}`);
  return generator.generate(withDefaults(generator, values), createRandom(seed));
}

/** What is wrong with a generator's values, all of it. */
export function checkValues(generator: Generator, values: Values): { parameter: string; message: string }[] {
  const problems = generator.parameters.flatMap(({ name, kind, min, max, default: fallback }) => {
    const given = values[name] ?? fallback;
    if (given === undefined) return [{ parameter: name, message: 'is missing' }];
    if (kind === 'integer' && !Number.isInteger(given)) return [{ parameter: name, message: 'must be a whole number' }];
    return given >= min && given <= max
      ? []
      : [{ parameter: name, message: `must be from ${min} to ${max}, not ${given}` }];
  });
  if (problems.length > 0) return problems;
  const filled = withDefaults(generator, values);
  const conflict = generator.conflict(filled) ?? tooManyLinks(generator, filled);
  return conflict === undefined ? [] : [conflict];
}

function tooManyLinks(generator: Generator, values: Values): { parameter: string; message: string } | undefined {
  const links = Math.round(generator.linkCount(values));
  const parameter = generator.parameters.at(-1)?.name;
  if (links <= MAX_LINKS || parameter === undefined) return undefined;
  return { parameter, message: `would make ${links} links, more than ${MAX_LINKS}` };
}

/** The values with defaults filled in. */
export function withDefaults(generator: Generator, values: Values): Values {
  const filled: Record<string, number> = { ...values };
  for (const { name, default: fallback } of generator.parameters) {
    if (filled[name] === undefined && fallback !== undefined) filled[name] = fallback;
  }
  return filled;
}
