/**
 * What the graph says about a flood: whom it reaches by TTL, and what it costs. The formulas are those of
 * packages/topology's flood-prediction.ts, on typed arrays: nothing here knows how a flood is simulated.
 */
import { type CsrGraph, degreeOf } from './csr-graph.ts';

/** One TTL of a {@link Horizon}. */
export interface HorizonRow {
  readonly ttl: number;
  /** Peers with 1 <= distance <= TTL. */
  readonly reached: number;
  /** Frames of the flood under uniform delay; without limit, 2|E| - |V| + 1 of the source's part, whatever the delays. */
  readonly frames: number;
}

/** The graph as one peer sees it. */
export interface Horizon {
  readonly source: number;
  /** `hops[v]`: from the source to v; 0 for the source itself, -1 where there is no path. */
  readonly hops: Int32Array;
  /** Distance of the furthest peer that there is a path to. */
  readonly furthest: number;
  /** TTLs 1, 2, … to one beyond the furthest peer, where nothing changes any more. */
  readonly rows: readonly HorizonRow[];
}

/** Searches from a peer, breadth first. Takes 8 bytes for each peer, of which 4 stay. */
export function horizonFrom(graph: CsrGraph, source: number): Horizon {
  const hops = new Int32Array(graph.peerCount).fill(-1);
  const order = new Uint32Array(graph.peerCount);
  const count = search(graph, source, hops, order);
  const furthest = hops[order[count - 1] ?? source] ?? 0;
  const peersAt = new Float64Array(furthest + 2);
  const relayedAt = new Float64Array(furthest + 2);
  for (let i = 1; i < count; i++) {
    const peer = order[i] ?? 0;
    const d = hops[peer] ?? 0;
    peersAt[d] = (peersAt[d] ?? 0) + 1;
    relayedAt[d] = (relayedAt[d] ?? 0) + degreeOf(graph, peer) - 1;
  }
  let reached = 0;
  let frames = degreeOf(graph, source);
  const rows = Array.from({ length: furthest + 1 }, (_, i) => {
    const ttl = i + 1;
    reached += peersAt[ttl] ?? 0;
    frames += relayedAt[ttl - 1] ?? 0;
    return { ttl, reached, frames };
  });
  return { source, hops, furthest, rows };
}

/** The row of a TTL; without limit, and beyond the last one, the last. A TTL of 0 reaches nobody. */
export function horizonAt({ rows }: Horizon, ttl: number): HorizonRow {
  if (ttl < 1) return { ttl, reached: 0, frames: 0 };
  return rows[Math.min(ttl, rows.length) - 1] ?? { ttl, reached: 0, frames: 0 };
}

/** In how many parts a graph is: 1 when it is connected. */
export function partCount(graph: CsrGraph): number {
  const hops = new Int32Array(graph.peerCount).fill(-1);
  const order = new Uint32Array(graph.peerCount);
  let parts = 0;
  for (let peer = 0; peer < graph.peerCount; peer++) {
    if (hops[peer] !== -1) continue;
    search(graph, peer, hops, order);
    parts++;
  }
  return parts;
}

/** Visits what is not yet visited (`hops` -1). @returns how many stand in `order`, nearest first */
function search({ offsets, targets }: CsrGraph, source: number, hops: Int32Array, order: Uint32Array): number {
  hops[source] = 0;
  order[0] = source;
  let end = 1;
  for (let at = 0; at < end; at++) {
    const peer = order[at] ?? 0;
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
