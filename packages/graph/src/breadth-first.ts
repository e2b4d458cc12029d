/** Breadth-first search on arrays that the caller makes, once for many searches. */
import type { Rows } from './rows.ts';

/**
 * Visits what is not yet visited (`hops` -1), nearest first.
 * @param hops set for each peer found, 0 for the source
 * @param order the peers found, at its beginning
 * @param deadEnd a peer that is found and not searched from; none by default
 * @returns how many are in `order`, including the source
 */
export function search(
  { offsets, targets }: Rows,
  source: number,
  hops: Int32Array,
  order: Uint32Array,
  deadEnd = -1,
): number {
  hops[source] = 0;
  order[0] = source;
  let end = 1;
  for (let at = 0; at < end; at++) {
    const peer = order[at] ?? 0;
    if (peer === deadEnd) continue;
    const next = (hops[peer] ?? 0) + 1;
    const after = offsets[peer + 1] ?? 0;
    for (let lane = offsets[peer] ?? 0; lane < after; lane++) {
      const to = targets[lane] ?? 0;
      if (hops[to] !== -1) continue;
      hops[to] = next;
      order[end++] = to;
    }
  }
  return end;
}
