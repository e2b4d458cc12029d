/** Distances in hops: breadth-first search, and what follows from it. */
import { type Graph, hasOneWayLinks, neighboursOf, reversed } from './graph.ts';

/** `result[v]`: hops from the source to v, 0 for the source itself, -1 where there is no path. */
export function distancesFrom(graph: Graph, source: number): Int32Array {
  const distance = new Int32Array(graph.peerCount).fill(-1);
  if (source >= 0 && source < graph.peerCount) search(graph, source, distance, new Int32Array(graph.peerCount));
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

/** The connected components of an undirected graph, each ascending, in the order of their smallest peer. */
export function components(graph: Graph): number[][] {
  const distance = new Int32Array(graph.peerCount).fill(-1);
  const queue = new Int32Array(graph.peerCount);
  const found: number[][] = [];
  for (let peer = 0; peer < graph.peerCount; peer++) {
    if (distance[peer] !== -1) continue;
    const count = search(graph, peer, distance, queue);
    found.push([...queue.subarray(0, count).sort()]);
  }
  return found;
}

/** True when every peer can reach every other. */
export function isConnected(graph: Graph): boolean {
  const reachesAll = (from: Graph): boolean => distancesFrom(from, 0).every(d => d !== -1);
  return graph.peerCount > 0 && reachesAll(graph) && (!hasOneWayLinks(graph) || reachesAll(reversed(graph)));
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
function eccentricities(graph: Graph): number[] {
  const distance = new Int32Array(graph.peerCount).fill(-1);
  const queue = new Int32Array(graph.peerCount);
  return Array.from({ length: graph.peerCount }, (_, peer) => {
    const count = search(graph, peer, distance, queue);
    const furthest = distance[queue[count - 1] ?? peer] ?? 0;
    for (let i = 0; i < count; i++) distance[queue[i] ?? 0] = -1;
    return furthest;
  });
}

/** Adjacency in two flat arrays: the neighbours of v are `targets[offsets[v]]` to before `targets[offsets[v + 1]]`. */
interface FlatGraph {
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
}

/** Searching flat arrays takes less than half the time of searching lists, and a graph is searched often. */
const flatGraphs = new WeakMap<Graph, FlatGraph>();

function flatOf(graph: Graph): FlatGraph {
  const known = flatGraphs.get(graph);
  if (known !== undefined) return known;
  const offsets = new Int32Array(graph.peerCount + 1);
  const targets = new Int32Array(graph.adjacency.reduce((sum, neighbours) => sum + neighbours.length, 0));
  let end = 0;
  graph.adjacency.forEach((neighbours, peer) => {
    targets.set(neighbours, end);
    end += neighbours.length;
    offsets[peer + 1] = end;
  });
  const flat = { offsets, targets };
  flatGraphs.set(graph, flat);
  return flat;
}

/**
 * Breadth-first. Peers at distance -1 are those that are not yet seen; on return the first of `queue` are the peers
 * found, nearest first.
 * @returns how many were found, the source included
 */
function search(graph: Graph, source: number, distance: Int32Array, queue: Int32Array): number {
  const { offsets, targets } = flatOf(graph);
  distance[source] = 0;
  queue[0] = source;
  let end = 1;
  for (let at = 0; at < end; at++) {
    const peer = queue[at] ?? 0;
    const next = (distance[peer] ?? 0) + 1;
    const after = offsets[peer + 1] ?? 0;
    for (let i = offsets[peer] ?? 0; i < after; i++) {
      const neighbour = targets[i] ?? 0;
      if (distance[neighbour] !== -1) continue;
      distance[neighbour] = next;
      queue[end++] = neighbour;
    }
  }
  return end;
}
