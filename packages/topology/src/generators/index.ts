/** Every generator by its name. */
import { createRandom } from '../random.ts';
import {
  type GeneratedGraph,
  type Generator,
  MAX_DRAWN_LINKS,
  MAX_LAID_OUT_PEERS,
  MAX_LINKS,
  type Values,
} from './generator.ts';
import { erdosRenyi, randomChoice, randomRegular, scaleFree, smallWorld } from './random-graphs.ts';
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
  randomChoice,
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
 * Runs a generator, and lays the graph out.
 * @throws RangeError for an unknown generator, values outside its bounds, or a graph that is too large to be laid out
 */
export function generate({ generator: name, values }: GeneratorSpec, seed: number): GeneratedGraph {
  const generator = findGenerator(name);
  if (generator === undefined) throw new RangeError(`no generator ${name}`);
  const problem = checkValues(generator, values)[0];
  if (problem !== undefined) throw new RangeError(`${name}: ${problem.parameter} ${problem.message}`);
  const filled = withDefaults(generator, values);
  const tooMany = tooManyLinks(generator, filled, MAX_LINKS);
  if (tooMany !== undefined) throw new RangeError(`${name}: ${tooMany.parameter} ${tooMany.message}`);
  return generator.generate(filled, createRandom(seed));
}

/** True for values, without fault, that make more peers than are laid out. */
export function isLargeGraph(generator: Generator, values: Values): boolean {
  return generator.peerCount(withDefaults(generator, values)) > MAX_LAID_OUT_PEERS;
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
  const conflict = generator.conflict(filled) ?? tooManyLinks(generator, filled, mostLinks(generator, filled));
  return conflict === undefined ? [] : [conflict];
}

function mostLinks(generator: Generator, values: Values): number {
  return isLargeGraph(generator, values) ? MAX_DRAWN_LINKS : MAX_LINKS;
}

function tooManyLinks(
  generator: Generator,
  values: Values,
  most: number,
): { parameter: string; message: string } | undefined {
  const links = Math.round(generator.linkCount(values));
  const parameter = generator.parameters.at(-1)?.name;
  if (links <= most || parameter === undefined) return undefined;
  return { parameter, message: `would make ${links} links, more than ${most}` };
}

/** The values with defaults filled in. */
export function withDefaults(generator: Generator, values: Values): Values {
  const filled: Record<string, number> = { ...values };
  for (const { name, default: fallback } of generator.parameters) {
    if (filled[name] === undefined && fallback !== undefined) filled[name] = fallback;
  }
  return filled;
}
