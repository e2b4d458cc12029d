/**
 * The graph as one peer sees it: the peers that its floods reach by TTL, and what they cost. One search answers for
 * every TTL.
 */
import { search } from './breadth-first.ts';
import { degreeOf, type Graph } from './graph.ts';

/** One TTL of a {@link Horizon}. */
export interface HorizonRow {
  readonly ttl: number;
  /** Peers with 1 <= distance <= TTL. */
  readonly reached: number;
  /** Frames of the flood under uniform delay; without limit, 2|E| - |V| + 1 of the source's part, whatever the delays. */
  readonly frames: number;
}

/** See the module's header. */
export interface Horizon {
  readonly source: number;
  /** `hops[v]`: from the source to v; 0 for the source itself, -1 where there is no path. */
  readonly hops: Int32Array;
  /** Distance of the furthest reachable peer. */
  readonly furthest: number;
  /** TTLs 1, 2, … to one beyond the furthest peer, where nothing changes any more. */
  readonly rows: readonly HorizonRow[];
}

/**
 * Searches from a peer. Takes 8 bytes for each peer, of which 4 stay.
 *
 * Frames are deg(s) from the source, and deg(v) - 1 from each peer v with 0 < d(s, v) < TTL, which relays on every link
 * but the one that its first copy came by.
 * @param deadEnd a peer that relays nothing, as the target of a direct message; what lies behind it alone is not reached
 */
export function horizonFrom(graph: Graph, source: number, deadEnd?: number): Horizon {
  const hops = new Int32Array(graph.peerCount).fill(-1);
  const order = new Uint32Array(graph.peerCount);
  const count = search(graph, source, hops, order, deadEnd);
  const furthest = hops[order[count - 1] ?? source] ?? 0;
  const peersAt = new Float64Array(furthest + 2);
  const relayedAt = new Float64Array(furthest + 2);
  for (let i = 1; i < count; i++) {
    const peer = order[i] ?? 0;
    const d = hops[peer] ?? 0;
    peersAt[d] = (peersAt[d] ?? 0) + 1;
    if (peer !== deadEnd) relayedAt[d] = (relayedAt[d] ?? 0) + degreeOf(graph, peer) - 1;
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
