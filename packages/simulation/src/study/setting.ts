/** A configuration of floods, and one thing of it that is varied. */
import { readBytes, readDurationMs, readKbps, readRatio } from '@peerlab/conditions';
import { type GeneratorSpec, type Graph, generateGraph } from '@peerlab/graph';
import type { FloodInput } from '../flood/flood-input.ts';
import { SimulationError } from '../simulation-error.ts';

/** What a study runs, apart from the seed: the graph, and everything of a flood. */
export interface Configuration {
  /** A generator, whose graph follows from each seed, or the one graph of a drawn topology. */
  readonly graph: GeneratorSpec | Graph;
  /** `origin` left out: drawn from the seed, anew for each. */
  readonly flood: Omit<FloodInput, 'graph' | 'seed'>;
}

/** What can be varied. `degree` is the links of a peer, or what a generator has in their place. */
export const VARIABLES = [
  'ttl',
  'peers',
  'degree',
  'loss',
  'latencyMs',
  'jitterMs',
  'bandwidthKbps',
  'payloadBytes',
] as const;

/** See {@link VARIABLES}. */
export type Variable = (typeof VARIABLES)[number];

/** A variable and its values, in the order in which they were given. */
export interface Variation {
  readonly variable: Variable;
  readonly values: readonly number[];
}

const MAX_VALUES = 1000;

/**
 * Reads `ttl=1..12`, `loss=0..0.5/0.1` (steps of 0.1), `peers=1000..1000000*10` (ten times as many each), or
 * `degree=3,4,8`.
 * @throws {SimulationError} `BAD_SETTING`
 */
export function parseVariation(text: string): Variation {
  const [, name = '', list = ''] = /^([A-Za-z]+)=(.+)$/.exec(text.trim()) ?? [];
  const variable = VARIABLES.find(known => known === name);
  if (variable === undefined) {
    throw new SimulationError(
      'BAD_SETTING',
      `cannot vary "${text}"`,
      `give one of ${VARIABLES.join(', ')} as name=1..12`,
    );
  }
  const values = list.split(',').flatMap(part => rangeOf(part.trim(), text, READ.get(variable) ?? readPlain));
  return { variable, values };
}

/**
 * The configuration with a variable set to a value.
 * @throws {SimulationError} `BAD_SETTING` where the graph has no such thing
 */
export function vary(configuration: Configuration, variable: Variable, value: number): Configuration {
  const { graph, flood } = configuration;
  const { links } = flood;
  switch (variable) {
    case 'ttl':
      return { graph, flood: { ...flood, ttl: value } };
    case 'payloadBytes':
      return { graph, flood: { ...flood, payloadBytes: value } };
    case 'loss':
      return { graph, flood: { ...flood, links: { ...links, lossRatio: value } } };
    case 'latencyMs':
      return { graph, flood: { ...flood, links: { ...links, latencyMs: value } } };
    case 'jitterMs':
      return { graph, flood: { ...flood, links: { ...links, jitterMs: value } } };
    case 'bandwidthKbps':
      return { graph, flood: { ...flood, links: { ...links, bandwidthKbps: value } } };
    case 'peers':
      return { graph: withValue(graph, 'peers', value), flood };
    case 'degree':
      return { graph: withValue(graph, degreeParameter(graph), value), flood };
  }
}

/** The graph of a configuration, for a seed. */
export function graphOf({ graph }: Configuration, seed: number): Graph {
  return 'generator' in graph ? generateGraph(graph, seed) : graph;
}

const DEGREES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'random-regular': 'degree',
    'regular-tree': 'degree',
    'random-choice': 'choices',
    'small-world': 'neighbours',
    'scale-free': 'links',
    tree: 'arity',
  }),
);

function degreeParameter(graph: Configuration['graph']): string {
  const parameter = 'generator' in graph ? DEGREES.get(graph.generator) : undefined;
  if (parameter !== undefined) return parameter;
  throw new SimulationError('BAD_SETTING', 'this graph has no degree to vary', `use ${[...DEGREES.keys()].join(', ')}`);
}

function withValue(graph: Configuration['graph'], parameter: string, value: number): GeneratorSpec {
  if (!('generator' in graph)) {
    throw new SimulationError(
      'BAD_SETTING',
      `an explicit graph has no ${parameter} to vary`,
      'give the topology a generator',
    );
  }
  return { generator: graph.generator, values: { ...graph.values, [parameter]: value } };
}

/** Values with a unit; a bare number is in the unit of the variable's name. */
const READ: ReadonlyMap<Variable, (text: string) => number | undefined> = new Map<
  Variable,
  (text: string) => number | undefined
>([
  ['loss', readRatio],
  ['latencyMs', readMs],
  ['jitterMs', readMs],
  ['bandwidthKbps', readKbps],
  ['payloadBytes', readBytes],
]);

function readMs(text: string): number | undefined {
  return readDurationMs(text) ?? readDurationMs(`${text}ms`);
}

function readPlain(text: string): number | undefined {
  return readRatio(text.includes('%') ? '' : text);
}

function rangeOf(part: string, text: string, read: (text: string) => number | undefined): number[] {
  const wrong = (): SimulationError =>
    new SimulationError(
      'BAD_SETTING',
      `cannot read the values of "${text}"`,
      'write 1..12, 0..0.5/0.1, 1000..1000000*10 or 3,4,8',
    );
  const match = /^(?<from>.+?)(?:\.\.(?<to>.+?)(?:(?<how>[*]|\/(?!s))(?<step>.+))?)?$/.exec(part);
  const { from: fromText, to: toText, how, step: stepText } = match?.groups ?? {};
  // Of a range the unit of its end holds for its beginning and its steps.
  const unit = /[^\d.e]*$/.exec(toText ?? '')?.[0] ?? '';
  const own = (value: string): string => (/[\d.]$/.test(value) ? `${value}${unit}` : value);
  const from = read(own(fromText ?? ''));
  if (from === undefined) throw wrong();
  if (toText === undefined) return [from];
  const to = read(toText) ?? Number.NaN;
  const step = (how === '/' ? read(own(stepText ?? '')) : readPlain(stepText ?? '1')) ?? Number.NaN;
  if (!(to >= from) || !(how === '*' ? step > 1 && from > 0 : step > 0)) throw wrong();
  const values: number[] = [];
  // Each from the start anew: adding up 0.1 ten times does not give 1.
  for (let i = 0; i <= MAX_VALUES; i++) {
    const value = how === '*' ? from * step ** i : Number((from + i * step).toPrecision(12));
    if (value > to * (1 + 1e-9)) return values;
    values.push(value);
  }
  throw new SimulationError('BAD_SETTING', `"${text}" has more than ${MAX_VALUES} values`, 'use larger steps');
}
