/** The graph as it is at this moment: what the oracle computes on while faults are in force. */
import { type Graph, graphFromArcs } from '@peerlab/graph';
import { graphOf, possibleLinks, type Topology } from '@peerlab/topology';
import type { LinkState } from '../links/link-state.ts';

/**
 * The peers that are there and the drawn links between them that are not cut; a muted direction is not included, so
 * that a link may go one way. Where peers choose their own links, every pair that is not cut.
 */
export function faultedGraph(topology: Topology, links: LinkState, isThere: (peer: number) => boolean): Graph {
  const isUntouched = links.changed.length === 0 && topology.peers.every((_, peer) => isThere(peer));
  if (isUntouched) return graphOf(topology);
  const arcs = possibleLinks(topology).flatMap(({ a, b }) => {
    if (!isThere(a) || !isThere(b) || links.isDown(a, b)) return [];
    const both: [number, number][] = [
      [a, b],
      [b, a],
    ];
    return both.filter(([from, to]) => !links.isMuted(from, to));
  });
  return graphFromArcs(topology.peers.length, arcs);
}
