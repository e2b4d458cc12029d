/** The parts of a graph: which peers can reach each other. */
import { search } from './breadth-first.ts';
import { distancesFrom } from './distances.ts';
import { type Graph, hasOneWayLinks, reversed } from './graph.ts';

/** The connected components of an undirected graph, each ascending, in the order of their smallest peer. */
export function components(graph: Graph): number[][] {
  return Array.from(eachComponent(graph), peers => Array.from(peers).sort((a, b) => a - b));
}

/** In how many components an undirected graph is: 1 when it is connected. Takes 8 bytes for each peer. */
export function componentCount(graph: Graph): number {
  let count = 0;
  for (const _ of eachComponent(graph)) count++;
  return count;
}

/** True when every peer can reach every other. */
export function isConnected(graph: Graph): boolean {
  const reachesAll = (from: Graph): boolean => distancesFrom(from, 0).every(d => d !== -1);
  return graph.peerCount > 0 && reachesAll(graph) && (!hasOneWayLinks(graph) || reachesAll(reversed(graph)));
}

/** The peers of each, in a view that the next one overwrites. */
function* eachComponent(graph: Graph): Generator<Uint32Array> {
  const hops = new Int32Array(graph.peerCount).fill(-1);
  const order = new Uint32Array(graph.peerCount);
  for (let peer = 0; peer < graph.peerCount; peer++) {
    if (hops[peer] === -1) yield order.subarray(0, search(graph, peer, hops, order));
  }
}
