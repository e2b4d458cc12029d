/** Distances in hops: breadth-first search, and what follows from it. */
import { type Graph, neighboursOf } from './graph.ts';

/** `result[v]`: hops from the source to v, 0 for the source itself, -1 where there is no path. */
export function distancesFrom(graph: Graph, source: number): Int32Array {
  const distance = new Int32Array(graph.peerCount).fill(-1);
  if (source < 0 || source >= graph.peerCount) return distance;
  const queue = new Int32Array(graph.peerCount);
  distance[source] = 0;
  queue[0] = source;
  let end = 1;
  for (let at = 0; at < end; at++) {
    const peer = queue[at] ?? 0;
    for (const next of neighboursOf(graph, peer)) {
      if (distance[next] !== -1) continue;
      distance[next] = (distance[peer] ?? 0) + 1;
      queue[end++] = next;
    }
  }
  return distance;
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

/** The connected components, each ascending, in the order of their smallest peer. */
export function components(graph: Graph): number[][] {
  const seen = new Uint8Array(graph.peerCount);
  const found: number[][] = [];
  for (let peer = 0; peer < graph.peerCount; peer++) {
    if (seen[peer] === 1) continue;
    const component: number[] = [];
    distancesFrom(graph, peer).forEach((d, v) => {
      if (d === -1) return;
      seen[v] = 1;
      component.push(v);
    });
    found.push(component);
  }
  return found;
}

/** True when every peer can reach every other. */
export function isConnected(graph: Graph): boolean {
  return graph.peerCount > 0 && distancesFrom(graph, 0).every(d => d !== -1);
}

/** A shortest path from s to t, both included, by the smallest peer numbers; undefined where there is none. */
export function shortestPath(graph: Graph, s: number, t: number): number[] | undefined {
  const distance = distancesFrom(graph, t);
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

function eccentricities(graph: Graph): number[] {
  return Array.from({ length: graph.peerCount }, (_, peer) => eccentricity(graph, peer));
}
