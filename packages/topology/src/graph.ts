/** A topology as a plain graph: what the oracle computes on. Peers are numbers, in topology order. */
import type { Topology } from './model.ts';

/** A graph without loops or double edges; undirected, unless {@link incoming} is there. */
export interface Graph {
  readonly peerCount: number;
  /** Pairs of peers that are linked, in one direction at least. */
  readonly linkCount: number;
  /** `adjacency[i]`: the neighbours that peer i sends to, ascending. */
  readonly adjacency: readonly (readonly number[])[];
  /** `incoming[i]`: the neighbours that send to peer i, ascending. Left out where every link goes both ways. */
  readonly incoming?: readonly (readonly number[])[];
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

/**
 * The graph with these arcs, each from the first peer to the second; undirected where each has its opposite.
 * @throws RangeError as {@link graphFromEdges}
 */
export function graphFromArcs(peerCount: number, arcs: readonly (readonly [number, number])[]): Graph {
  const both = graphFromEdges(peerCount, arcs);
  const outgoing = Array.from({ length: peerCount }, () => new Set<number>());
  for (const [from, to] of arcs) outgoing[from]?.add(to);
  const adjacency = outgoing.map(set => [...set].sort((a, b) => a - b));
  const incoming = both.adjacency.map((all, to) => all.filter(from => outgoing[from]?.has(to)));
  const isSymmetric = adjacency.every((list, peer) => list.length === both.adjacency[peer]?.length);
  return isSymmetric ? both : { peerCount, linkCount: both.linkCount, adjacency, incoming };
}

/** The graph with every arc turned round: distances in it are distances to a peer. */
export function reversed(graph: Graph): Graph {
  const { adjacency, incoming } = graph;
  return incoming === undefined ? graph : { ...graph, adjacency: incoming, incoming: adjacency };
}

/** True where a link goes in one direction only: what a flood costs then depends on which copy comes first. */
export function hasOneWayLinks(graph: Graph): boolean {
  return graph.incoming !== undefined;
}

/** The neighbours that a peer sends to; none for a number that is no peer. */
export function neighboursOf(graph: Graph, peer: number): readonly number[] {
  return graph.adjacency[peer] ?? [];
}
