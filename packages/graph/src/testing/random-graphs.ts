/** Random graphs for property tests: any simple graph of 1 to 12 peers, connected or not. */
import fc from 'fast-check';
import { type Graph, graphFromEdges } from '../graph.ts';

/** See the module's header. Shrinks to fewer peers and fewer links. */
export function randomGraphs(): fc.Arbitrary<Graph> {
  return fc.integer({ min: 1, max: 12 }).chain(peerCount => {
    const pairs = Array.from({ length: peerCount }, (_, a) =>
      Array.from({ length: peerCount - a - 1 }, (_, i): [number, number] => [a, a + 1 + i]),
    ).flat();
    // Half of them with few links: bridges, leaves and parts are rare among those with many.
    const sparse = fc.subarray(pairs, { maxLength: Math.min(pairs.length, peerCount) });
    return fc.oneof(fc.subarray(pairs), sparse).map(edges => graphFromEdges(peerCount, edges));
  });
}
