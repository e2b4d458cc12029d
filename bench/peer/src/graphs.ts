/** The graphs of the benchmark, with the number of frames that an unlimited flood takes on each: 2|E| - |V| + 1. */
import { generate } from '@peerlab/topology';

/** A graph: peers 0..peerCount-1; the first of a pair dials the second. */
export interface BenchGraph {
  readonly peerCount: number;
  readonly links: readonly (readonly [number, number])[];
}

const SEED = 7;

/** The graphs by name. */
export const GRAPHS: Readonly<Record<string, BenchGraph>> = {
  'regular-3-20': generate({ generator: 'random-regular', values: { peers: 20, degree: 3 } }, SEED),
  'ring-20': generate({ generator: 'ring', values: { peers: 20 } }, SEED),
  'full-10': generate({ generator: 'full', values: { peers: 10 } }, SEED),
};

/** How many links a peer has. */
export function degreeOf(graph: BenchGraph, peer: number): number {
  return graph.links.filter(link => link.includes(peer)).length;
}

/** Frames of an unlimited flood. */
export function floodFrames({ peerCount, links }: BenchGraph): number {
  return 2 * links.length - peerCount + 1;
}
