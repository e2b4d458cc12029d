/** From a topology's list of links to the graph that everything is computed on. */
import { type Graph, graphFromEdges } from '@peerlab/graph';
import type { Topology } from './model.ts';
import { possibleLinks } from './possible-links.ts';

/**
 * The graph of a topology; its peers are numbered in topology order. Where they choose their own links, every pair is an edge:
 * it can be linked.
 */
export function graphOf(topology: Topology): Graph {
  return graphFromEdges(
    topology.peers.length,
    possibleLinks(topology).map(({ a, b }) => [a, b] as const),
  );
}
