/** From a generator's name, values and a seed to its graph: the same on every machine, driver and size. */
import { distinctEdges, type EdgeList } from '../edge-list.ts';
import { type Graph, graphFromEdgeList } from '../graph.ts';
import { Random } from '../random/random.ts';
import { checkValues, withDefaults } from './check-values.ts';
import type { Generator, GraphSize, Values } from './generator.ts';
import { GeneratorError } from './generator-error.ts';
import { findGenerator, GENERATOR_NAMES } from './index.ts';

/** A generator's name and values, as a topology file gives them. */
export interface GeneratorSpec {
  readonly generator: string;
  /** Those with a default may be left out. */
  readonly values: Values;
}

/**
 * How large the graph will be, before anything is made.
 * @throws {GeneratorError}
 */
export function sizeOfGraph(spec: GeneratorSpec): GraphSize {
  const { generator, values } = checked(spec);
  return generator.size(values);
}

/**
 * Makes the graph. Generators without chance do not look at the seed.
 * @throws {GeneratorError}
 */
export function generateGraph(spec: GeneratorSpec, seed: number): Graph {
  const { generator, values } = checked(spec);
  return graphFromEdgeList(generator.size(values).peers, generator.edges(values, new Random(seed)));
}

/** The links of a graph that says who dials. */
export interface GeneratedEdges {
  readonly peerCount: number;
  /** Each once, in the order in which they were drawn; `a[i]` dials `b[i]`. */
  readonly edges: EdgeList;
}

/**
 * The edges of {@link generateGraph}'s graph, for what needs to know which end dials.
 * @throws {GeneratorError}
 */
export function generateEdges(spec: GeneratorSpec, seed: number): GeneratedEdges {
  const { generator, values } = checked(spec);
  const peerCount = generator.size(values).peers;
  return { peerCount, edges: distinctEdges(peerCount, generator.edges(values, new Random(seed))) };
}

function checked({ generator: name, values }: GeneratorSpec): { generator: Generator; values: Values } {
  const generator = findGenerator(name);
  if (generator === undefined) {
    throw new GeneratorError(`unknown generator "${name}"`, `generators are ${GENERATOR_NAMES.join(', ')}`);
  }
  const [problem] = checkValues(generator, values);
  if (problem !== undefined) {
    const parameters = generator.parameters.map(parameter => `${parameter.name}=${parameter.min}..${parameter.max}`);
    throw new GeneratorError(`${name}: ${problem.parameter} ${problem.message}`, `${name} ${parameters.join(' ')}`);
  }
  return { generator, values: withDefaults(generator, values) };
}
