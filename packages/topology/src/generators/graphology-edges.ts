/** From graphology's graphs to ours. */
import type { AbstractGraph } from 'graphology-types';
import type { GeneratedGraph } from './generator.ts';

/** Peers and links of a graph whose nodes are numbers from 0. */
export function edgesOf(graph: AbstractGraph): GeneratedGraph {
  const links = graph.mapEdges((_edge, _attributes, source, target) => [Number(source), Number(target)] as const);
  return { peerCount: graph.order, links };
}
