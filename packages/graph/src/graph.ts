/**
 * The graph that everything computes on, from 2 peers to 10^7: compressed sparse rows, two typed arrays with four bytes
 * for each lane and peer. Peers are numbers from 0, in topology order. It is built by rows.ts.
 */
import { type EdgeList, edgeListOf } from './edge-list.ts';
import { type Rows, rowsOf } from './rows.ts';

/** A graph without loops and double links; undirected, unless {@link incoming} is there. */
export interface Graph extends Rows {
  readonly peerCount: number;
  /** Pairs of peers that are linked, in one direction at least. */
  readonly linkCount: number;
  /** The lanes that lead to each peer, as {@link Rows}. Left out where every link goes both ways. */
  readonly incoming?: Rows | undefined;
}

/**
 * The graph with these edges; an edge that stands more than once, in whichever direction, counts once.
 * @throws RangeError for a loop, or an end that is no peer
 */
export function graphFromEdgeList(peerCount: number, edges: EdgeList): Graph {
  const rows = rowsOf(peerCount, edges, 'both');
  return { peerCount, linkCount: rows.targets.length / 2, ...rows };
}

/**
 * As {@link graphFromEdgeList}, of pairs.
 * @throws RangeError for a loop, or an end that is no peer
 */
export function graphFromEdges(peerCount: number, edges: Iterable<readonly [number, number]>): Graph {
  return graphFromEdgeList(peerCount, edgeListOf(edges));
}

/**
 * The graph with these arcs, each from the first peer to the second; undirected where each has its opposite.
 * @throws RangeError for a loop, or an end that is no peer
 */
export function graphFromArcs(peerCount: number, arcs: Iterable<readonly [number, number]>): Graph {
  const list = edgeListOf(arcs);
  const both = graphFromEdgeList(peerCount, list);
  const outgoing = rowsOf(peerCount, list, 'forward');
  // Every arc is one of the lanes of the undirected graph, so equally many are all of them.
  if (outgoing.targets.length === both.targets.length) return both;
  return { peerCount, linkCount: both.linkCount, ...outgoing, incoming: rowsOf(peerCount, list, 'backward') };
}

/** The graph with every arc turned round: distances in it are distances to a peer. */
export function reversed(graph: Graph): Graph {
  const { peerCount, linkCount, offsets, targets, incoming } = graph;
  return incoming === undefined ? graph : { peerCount, linkCount, ...incoming, incoming: { offsets, targets } };
}

/** True where a link goes in one direction only: what a flood costs then depends on which copy comes first. */
export function hasOneWayLinks(graph: Graph): boolean {
  return graph.incoming !== undefined;
}

/** How many neighbours a peer sends to. */
export function degreeOf({ offsets }: Rows, peer: number): number {
  return (offsets[peer + 1] ?? 0) - (offsets[peer] ?? 0);
}

/**
 * The neighbours that a peer sends to, ascending; none for a number that is no peer. It is a copy: a loop over a whole
 * large graph reads the rows themselves.
 */
export function neighboursOf({ offsets, targets }: Rows, peer: number): number[] {
  return Array.from(targets.subarray(offsets[peer] ?? 0, offsets[peer + 1] ?? 0));
}

/** `result[i]`: {@link neighboursOf} peer i. For small graphs, as pictures have them. */
export function adjacencyOf(graph: Graph): number[][] {
  return Array.from({ length: graph.peerCount }, (_, peer) => neighboursOf(graph, peer));
}

/** The links of an undirected graph, each once, ascending by the lower end, then by the upper. */
export function* linksOf({ peerCount, offsets, targets }: Graph): Generator<readonly [number, number]> {
  for (let v = 0; v < peerCount; v++) {
    for (let lane = offsets[v] ?? 0; lane < (offsets[v + 1] ?? 0); lane++) {
      const to = targets[lane] ?? 0;
      if (to > v) yield [v, to];
    }
  }
}

/** The fewest and the most links that a peer has; 0 and 0 for no peers. */
export function degreesOf(graph: Graph): { readonly min: number; readonly max: number } {
  let min = graph.peerCount === 0 ? 0 : Number.POSITIVE_INFINITY;
  let max = 0;
  for (let peer = 0; peer < graph.peerCount; peer++) {
    const degree = degreeOf(graph, peer);
    if (degree < min) min = degree;
    if (degree > max) max = degree;
  }
  return { min, max };
}
