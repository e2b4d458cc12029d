/** What a generator is: parameters, checked, to edges. */
import type { EdgeList } from '../edge-list.ts';
import type { Random } from '../random/random.ts';

/** One parameter of a generator. */
export interface Parameter {
  readonly name: string;
  /** What it means, for the schema, the errors and `lab generate --help`. */
  readonly doc: string;
  readonly kind: 'integer' | 'ratio';
  /** Smallest value, included. */
  readonly min: number;
  /** Largest value, included. */
  readonly max: number;
  /** Without a default the parameter is required. */
  readonly default?: number | undefined;
}

/** The values of a generator's parameters, by name, each within its bounds. */
export type Values = Readonly<Record<string, number>>;

/** How large a graph will be, before it is made. */
export interface GraphSize {
  readonly peers: number;
  /** Exact where there is no chance; where chance decides, how many are to be expected. */
  readonly links: number;
}

/** A parameter's value that cannot be taken. */
export interface ValueProblem {
  readonly parameter: string;
  /** What is wrong with it, after the parameter's name: `must be below the number of peers, 5`. */
  readonly message: string;
}

/** A generator of graphs, of any size. */
export interface Generator {
  readonly name: string;
  /** One line: what it is, and what it teaches. */
  readonly doc: string;
  readonly parameters: readonly Parameter[];
  /** True when the seed matters. */
  readonly isRandom: boolean;
  /** What is wrong with values that are each within their bounds, if anything. */
  readonly conflict?: ((values: Values) => ValueProblem | undefined) | undefined;
  readonly size: (values: Values) => GraphSize;
  /** Draws the edges; an edge may appear more than once, but no loops. */
  readonly edges: (values: Values, random: Random) => EdgeList;
}

/** The most peers: ends of two edges make one key below 2^53 in an edge set. */
export const MAX_PEERS: number = 2 ** 26;

/** The most links: the numbers of lanes, two for each link, are 32 bits. */
export const MAX_LINKS: number = 2 ** 31 - 1;

/** The usual parameter `peers`. */
export function peersParameter(min: number): Parameter {
  return { name: 'peers', doc: 'how many peers', kind: 'integer', min, max: MAX_PEERS };
}

/** A value by its parameter's name; the caller has checked that it is there. */
export function value(values: Values, name: string): number {
  const found = Object.hasOwn(values, name) ? values[name] : undefined;
  if (found === undefined) throw new RangeError(`no value for the parameter ${name}`);
  return found;
}

/** Pairs that so many peers make. */
export function pairsOf(peers: number): number {
  return (peers * (peers - 1)) / 2;
}
