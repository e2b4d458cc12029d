/** What a placement costs: the links that lead from one engine to another. */
import type { Graph } from '../graph.ts';

/** How many links of an undirected graph have their ends on different engines. @param engineOf the engine of each peer */
export function crossingLinks({ peerCount, offsets, targets }: Graph, engineOf: ArrayLike<number>): number {
  let lanes = 0;
  for (let peer = 0; peer < peerCount; peer++) {
    for (let lane = offsets[peer] ?? 0; lane < (offsets[peer + 1] ?? 0); lane++) {
      if (engineOf[peer] !== engineOf[targets[lane] ?? 0]) lanes++;
    }
  }
  return lanes / 2;
}
