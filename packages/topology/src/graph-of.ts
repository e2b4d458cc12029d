/** From a topology's list of links to the graph that everything is computed on. */
import { type Graph, graphFromEdges } from '@peerlab/graph';
import type { Topology } from './model.ts';

/** The graph of a topology; its peers are numbered in topology order. */
export function graphOf(topology: Topology): Graph {
  return graphFromEdges(
    topology.peers.length,
    topology.links.map(({ a, b }) => [a, b] as const),
  );
}
