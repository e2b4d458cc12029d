/** Every graph by its name, with checked parameters: what a topology file's generator says, for networks of any size. */
import { SimulationError } from '../simulation-error.ts';
import type { CsrGraph } from './csr-graph.ts';
import { erdosRenyi, randomChoice, randomRegular, scaleFree, smallWorld } from './random-graphs.ts';
import {
  clusters,
  full,
  hypercube,
  lattice,
  line,
  regularTree,
  ring,
  star,
  tree,
  treePeers,
} from './regular-graphs.ts';

/** A generator's name and the values of its parameters, as a topology file gives them. */
export interface GraphSpec {
  readonly generator: string;
  readonly values: Readonly<Record<string, number>>;
}

/** How large a graph will be, before it is made. */
export interface GraphSize {
  readonly peers: number;
  /** About; exact where there is no chance. */
  readonly links: number;
}

/** The most peers. */
export const MAX_PEERS: number = 2 ** 26;
/** The most links: the numbers of lanes, two for each link, are 32 bits. */
export const MAX_LINKS: number = 2 ** 31 - 1;

type Values = readonly number[];

interface Generator {
  /** Each parameter with its bounds; `fallback` where it may be left out. */
  readonly parameters: readonly { name: string; min: number; max: number; isRatio?: boolean; fallback?: number }[];
  readonly size: (...values: Values) => GraphSize;
  /** What is wrong with values that are each within their bounds. */
  readonly conflict?: (...values: Values) => string | undefined;
  readonly make: (seed: number, ...values: Values) => CsrGraph;
}

const peersFrom = (min: number) => ({ name: 'peers', min, max: MAX_PEERS });
const side = (name: string, min: number) => ({ name, min, max: 2 ** 13 });
const treeParameters = [{ name: 'depth', min: 0, max: 26 }];

const GENERATORS: Readonly<Record<string, Generator>> = {
  line: {
    parameters: [peersFrom(1)],
    size: (peers = 0) => ({ peers, links: peers - 1 }),
    make: (_, peers = 0) => line(peers),
  },
  ring: {
    parameters: [peersFrom(3)],
    size: (peers = 0) => ({ peers, links: peers }),
    make: (_, peers = 0) => ring(peers),
  },
  star: {
    parameters: [peersFrom(2)],
    size: (peers = 0) => ({ peers, links: peers - 1 }),
    make: (_, peers = 0) => star(peers),
  },
  full: {
    parameters: [{ name: 'peers', min: 1, max: 20_000 }],
    size: (peers = 0) => ({ peers, links: (peers * (peers - 1)) / 2 }),
    make: (_, peers = 0) => full(peers),
  },
  grid: {
    parameters: [side('rows', 1), side('columns', 1)],
    size: (rows = 0, columns = 0) => ({ peers: rows * columns, links: 2 * rows * columns - rows - columns }),
    make: (_, rows = 0, columns = 0) => lattice(rows, columns, false),
  },
  torus: {
    parameters: [side('rows', 3), side('columns', 3)],
    size: (rows = 0, columns = 0) => ({ peers: rows * columns, links: 2 * rows * columns }),
    make: (_, rows = 0, columns = 0) => lattice(rows, columns, true),
  },
  tree: {
    parameters: [{ name: 'arity', min: 1, max: 1000 }, ...treeParameters],
    size: (arity = 0, depth = 0) => treeSize(arity, arity, depth),
    make: (_, arity = 0, depth = 0) => tree(arity, depth),
  },
  'regular-tree': {
    parameters: [{ name: 'degree', min: 2, max: 1000 }, ...treeParameters],
    size: (degree = 0, depth = 0) => treeSize(degree, degree - 1, depth),
    make: (_, degree = 0, depth = 0) => regularTree(degree, depth),
  },
  hypercube: {
    parameters: [{ name: 'dimensions', min: 1, max: 24 }],
    size: (dimensions = 0) => ({ peers: 2 ** dimensions, links: dimensions * 2 ** (dimensions - 1) }),
    make: (_, dimensions = 0) => hypercube(dimensions),
  },
  clusters: {
    parameters: [
      { name: 'clusters', min: 1, max: 100_000 },
      { name: 'size', min: 2, max: 1000 },
    ],
    size: (count = 0, size = 0) => ({ peers: count * size, links: count * ((size * (size - 1)) / 2 + 1) }),
    make: (_, count = 0, size = 0) => clusters(count, size),
  },
  'random-choice': {
    parameters: [peersFrom(2), { name: 'choices', min: 1, max: 1000 }],
    size: (peers = 0, choices = 0) => ({ peers, links: peers * choices }),
    conflict: (peers = 0, choices = 0) => (choices < peers ? undefined : `choices must be below peers, ${peers}`),
    make: (seed, peers = 0, choices = 0) => randomChoice(peers, choices, seed),
  },
  'random-regular': {
    parameters: [peersFrom(2), { name: 'degree', min: 1, max: 1000 }],
    size: (peers = 0, degree = 0) => ({ peers, links: (peers * degree) / 2 }),
    conflict: (peers = 0, degree = 0) => regularConflict(peers, degree),
    make: (seed, peers = 0, degree = 0) => (degree === peers - 1 ? full(peers) : randomRegular(peers, degree, seed)),
  },
  'erdos-renyi': {
    parameters: [peersFrom(1), { name: 'probability', min: 0, max: 1, isRatio: true }],
    size: (peers = 0, probability = 0) => ({ peers, links: (probability * peers * (peers - 1)) / 2 }),
    make: (seed, peers = 0, probability = 0) => erdosRenyi(peers, probability, seed),
  },
  'small-world': {
    parameters: [
      peersFrom(4),
      { name: 'neighbours', min: 2, max: 1000 },
      { name: 'rewire', min: 0, max: 1, isRatio: true, fallback: 0.1 },
    ],
    size: (peers = 0, neighbours = 0) => ({ peers, links: (peers * neighbours) / 2 }),
    conflict: (peers = 0, neighbours = 0) =>
      neighbours % 2 === 0 && neighbours < peers - 1 ? undefined : 'neighbours must be even, and below peers less one',
    make: (seed, peers = 0, neighbours = 0, rewire = 0) => smallWorld(peers, neighbours, rewire, seed),
  },
  'scale-free': {
    parameters: [peersFrom(2), { name: 'links', min: 1, max: 1000, fallback: 2 }],
    size: (peers = 0, links = 0) => ({ peers, links: peers * links }),
    conflict: (peers = 0, links = 0) => (links < peers ? undefined : `links must be below peers, ${peers}`),
    make: (seed, peers = 0, links = 0) => scaleFree(peers, links, seed),
  },
};

/** The names of the generators. */
export const GENERATOR_NAMES: readonly string[] = Object.keys(GENERATORS);

/**
 * How large the graph will be, before anything is made.
 * @throws {SimulationError} `BAD_SETTING`
 */
export function sizeOfGraph(spec: GraphSpec): GraphSize {
  const { generator, values } = checked(spec);
  return generator.size(...values);
}

/**
 * Makes the graph. The same seed gives the same graph; generators without chance do not look at it.
 * @throws {SimulationError} `BAD_SETTING`
 */
export function generateGraph(spec: GraphSpec, seed: number): CsrGraph {
  const { generator, values } = checked(spec);
  return generator.make(seed, ...values);
}

function checked({ generator: name, values: given }: GraphSpec): { generator: Generator; values: number[] } {
  const generator = Object.hasOwn(GENERATORS, name) ? GENERATORS[name] : undefined;
  if (generator === undefined) {
    throw new SimulationError('BAD_SETTING', `no generator ${name}`, `one of ${GENERATOR_NAMES.join(', ')}`);
  }
  const values = generator.parameters.map(({ name: parameter, min, max, isRatio, fallback }) => {
    const value = given[parameter] ?? fallback;
    if (value !== undefined && value >= min && value <= max && (isRatio === true || Number.isInteger(value)))
      return value;
    const range = `${isRatio === true ? 'a number' : 'a whole number'} from ${min} to ${max}`;
    throw new SimulationError('BAD_SETTING', `${name}: ${parameter} is ${value}`, `${parameter} must be ${range}`);
  });
  const unknown = Object.keys(given).find(key => !generator.parameters.some(parameter => parameter.name === key));
  if (unknown !== undefined) {
    const known = generator.parameters.map(parameter => parameter.name).join(', ');
    throw new SimulationError('BAD_SETTING', `${name} has no parameter ${unknown}`, `it has ${known}`);
  }
  const conflict = generator.conflict?.(...values);
  if (conflict !== undefined) throw new SimulationError('BAD_SETTING', `${name}: ${conflict}`, 'change one of the two');
  const { peers, links } = generator.size(...values);
  if (peers > MAX_PEERS) throw new SimulationError('BAD_SETTING', `${name}: ${peers} peers`, `at most ${MAX_PEERS}`);
  if (links > MAX_LINKS) throw new SimulationError('BAD_SETTING', `${name}: ${links} links`, `at most ${MAX_LINKS}`);
  return { generator, values };
}

function regularConflict(peers: number, degree: number): string | undefined {
  if ((peers * degree) % 2 === 1) return `peers x degree must be even, and ${peers} x ${degree} is not`;
  // Pairing and mending needs room to swap in.
  return degree <= peers / 2 || degree === peers - 1 ? undefined : `degree must be at most half of peers, ${peers}`;
}

function treeSize(ofRoot: number, ofOthers: number, depth: number): GraphSize {
  const peers = treePeers(ofRoot, ofOthers, depth);
  return { peers, links: peers - 1 };
}
