/** Distances in hops, and what follows from them. */
import { search } from './breadth-first.ts';
import { type Graph, neighboursOf, reversed } from './graph.ts';

/** `result[v]`: hops from the source to v, 0 for the source itself, -1 where there is no path. */
export function distancesFrom(graph: Graph, source: number): Int32Array {
  const hops = new Int32Array(graph.peerCount).fill(-1);
  if (source >= 0 && source < graph.peerCount) search(graph, source, hops, new Uint32Array(graph.peerCount));
  return hops;
}

/** The largest distance from the source to a peer that it can reach. */
export function eccentricity(graph: Graph, source: number): number {
  return distancesFrom(graph, source).reduce((max, d) => Math.max(max, d), 0);
}

/** The largest eccentricity; on a disconnected graph, the largest within a component. 0 for a graph without links. */
export function diameter(graph: Graph): number {
  return eccentricities(graph).reduce((max, e) => Math.max(max, e), 0);
}

/** The smallest eccentricity; on a disconnected graph, the smallest within any component. */
export function radius(graph: Graph): number {
  return eccentricities(graph).reduce((min, e) => Math.min(min, e), graph.peerCount);
}

/** A shortest path from s to t, both included, by the smallest peer numbers; undefined where there is none. */
export function shortestPath(graph: Graph, s: number, t: number): number[] | undefined {
  const distance = distancesFrom(reversed(graph), t);
  if ((distance[s] ?? -1) === -1) return undefined;
  const path = [s];
  let peer = s;
  while (peer !== t) {
    const left = distance[peer] ?? 0;
    const next = neighboursOf(graph, peer).find(v => distance[v] === left - 1);
    if (next === undefined) return undefined;
    path.push(next);
    peer = next;
  }
  return path;
}

/** By peer. One search from each, on buffers that are made once. */
function eccentricities(graph: Graph): Int32Array {
  const hops = new Int32Array(graph.peerCount).fill(-1);
  const order = new Uint32Array(graph.peerCount);
  return Int32Array.from({ length: graph.peerCount }, (_, peer) => {
    const count = search(graph, peer, hops, order);
    const furthest = hops[order[count - 1] ?? peer] ?? 0;
    for (let i = 0; i < count; i++) hops[order[i] ?? 0] = -1;
    return furthest;
  });
}
