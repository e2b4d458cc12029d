/** What a generator is: parameters, checked, to links. */
import type { Random } from '../random.ts';

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
  /** Left out, the parameter is required. */
  readonly default?: number | undefined;
}

/** What a generator makes: peers 0..peerCount-1 and links between them; the first of a pair dials the second. */
export interface GeneratedGraph {
  readonly peerCount: number;
  readonly links: readonly (readonly [number, number])[];
}

/** The values of a generator's parameters, by name, each within its bounds. */
export type Values = Readonly<Record<string, number>>;

/** A generator of topologies. */
export interface Generator {
  readonly name: string;
  /** One line: what it is, and what it teaches. */
  readonly doc: string;
  readonly parameters: readonly Parameter[];
  /** True when the seed matters. */
  readonly isRandom: boolean;
  /**
   * What is wrong with values that are each within their bounds, if anything: the parameter's name and the reason.
   */
  conflict(values: Values): { readonly parameter: string; readonly message: string } | undefined;
  /** How many peers it will make. */
  peerCount(values: Values): number;
  /** How many links it will make; where chance decides, how many are to be expected. */
  linkCount(values: Values): number;
  generate(values: Values, random: Random): GeneratedGraph;
}

/** The most peers of most generators. */
export const MAX_PEERS = 1_000_000;

/** The most links that are laid out: what a process of the usual memory holds, and far beyond what an engine carries. */
export const MAX_LINKS = 2_000_000;

/**
 * The most peers that are laid out, each an object with a name: as many as any driver takes whole. A generator of more
 * makes a LargeTopology, whose graph the simulation draws itself.
 */
export const MAX_LAID_OUT_PEERS = 2000;

/** The most peers and links of a graph that the simulation draws: see MAX_PEERS and MAX_LINKS there. */
export const MAX_DRAWN_PEERS: number = 2 ** 26;
export const MAX_DRAWN_LINKS: number = 2 ** 31 - 1;

/** The usual parameter `peers`. */
export function peersParameter(min: number): Parameter {
  return { name: 'peers', doc: 'how many peers', kind: 'integer', min, max: MAX_PEERS };
}

/** A value by its parameter's name; the caller has checked that it is there. */
export function value(values: Values, name: string): number {
  const found = values[name];
  if (found === undefined) throw new RangeError(`no value for the parameter ${name}`);
  return found;
}

/** Nothing conflicts. */
export function noConflict(): undefined {
  return undefined;
}

/** Pairs that so many peers make. */
export function pairsOf(peers: number): number {
  return (peers * (peers - 1)) / 2;
}
