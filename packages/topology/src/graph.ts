/** A topology as a plain undirected graph: what the oracle computes on. Peers are numbers, in topology order. */
import type { Topology } from './model.ts';

/** An undirected graph without loops or double edges. */
export interface Graph {
  readonly peerCount: number;
  readonly linkCount: number;
  /** `adjacency[i]`: the neighbours of peer i, ascending. */
  readonly adjacency: readonly (readonly number[])[];
}

/** The graph of a topology. */
export function graphOf(topology: Topology): Graph {
  return graphFromEdges(
    topology.peers.length,
    topology.links.map(({ a, b }) => [a, b] as const),
  );
}

/**
 * The graph with these edges; an edge that is given twice, in whichever direction, counts once.
 * @throws RangeError for a loop, or an end that is no peer
 */
export function graphFromEdges(peerCount: number, edges: Iterable<readonly [number, number]>): Graph {
  const neighbours = Array.from({ length: peerCount }, () => new Set<number>());
  for (const [a, b] of edges) {
    const ofA = neighbours[a];
    const ofB = neighbours[b];
    if (ofA === undefined || ofB === undefined || a === b)
      throw new RangeError(`no edge of ${peerCount} peers: ${a}-${b}`);
    ofA.add(b);
    ofB.add(a);
  }
  const adjacency = neighbours.map(set => [...set].sort((a, b) => a - b));
  const linkCount = adjacency.reduce((sum, list) => sum + list.length, 0) / 2;
  return { peerCount, linkCount, adjacency };
}

/** The neighbours of a peer; none for a number that is no peer. */
export function neighboursOf(graph: Graph, peer: number): readonly number[] {
  return graph.adjacency[peer] ?? [];
}
