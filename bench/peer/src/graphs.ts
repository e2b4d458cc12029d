/** The graphs of the benchmark, with the number of frames that an unlimited flood takes on each: 2|E| - |V| + 1. */
import { generateGraph, linksOf } from '@peerlab/graph';

/** A graph: peers 0..peerCount-1; the first of a pair dials the second. */
export interface BenchGraph {
  readonly peerCount: number;
  readonly links: readonly (readonly [number, number])[];
}

const SEED = 7;

/** The graphs by name. */
export const GRAPHS: ReadonlyMap<string, BenchGraph> = new Map(
  Object.entries({
    'regular-3-20': made('random-regular', { peers: 20, degree: 3 }),
    'ring-20': made('ring', { peers: 20 }),
    'full-10': made('full', { peers: 10 }),
  }),
);

function made(generator: string, values: Record<string, number>): BenchGraph {
  const graph = generateGraph({ generator, values }, SEED);
  return { peerCount: graph.peerCount, links: [...linksOf(graph)] };
}

/** How many links a peer has. */
export function degreeOf(graph: BenchGraph, peer: number): number {
  return graph.links.filter(link => link.includes(peer)).length;
}

/** Frames of an unlimited flood. */
export function floodFrames({ peerCount, links }: BenchGraph): number {
  return 2 * links.length - peerCount + 1;
}
