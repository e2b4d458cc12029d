/** What a flood must do, computed from the graph: whom it reaches, and how many frames it costs. */
import { distancesFrom } from './distances.ts';
import { type Graph, neighboursOf } from './graph.ts';

/** The peers that a flood with this TTL reaches: those with 1 <= distance <= TTL, ascending. Never the source. */
export function horizon(graph: Graph, source: number, ttl: number): number[] {
  const reached: number[] = [];
  distancesFrom(graph, source).forEach((d, peer) => {
    if (d >= 1 && d <= ttl) reached.push(peer);
  });
  return reached;
}

/**
 * Frames of a flood under uniform delay: deg(s) from the source, and deg(v) - 1 from each peer v with 0 < d(s, v) < TTL,
 * which relays on every link but the one that its first copy came by. Beyond the eccentricity every peer relays, and the
 * sum is 2|E| - |V| + 1 (of the source's component), whatever the delays.
 */
export function predictedFloodFrames(graph: Graph, source: number, ttl: number): number {
  return framesWithout(graph, source, ttl, undefined);
}

/**
 * Frames of a flooded direct message under uniform delay: as {@link predictedFloodFrames}, but the target does not
 * relay. What lies behind the target alone is not reached; distances are those of the graph in which the target is a
 * dead end.
 */
export function predictedDmFrames(graph: Graph, source: number, target: number, ttl: number): number {
  return framesWithout(graph, source, ttl, target);
}

/** One row for each TTL from 1 to where the flood reaches no further and costs no more. */
export interface HorizonRow {
  readonly ttl: number;
  /** Peers reached, the source not counted. */
  readonly reached: number;
  /** Frames under uniform delay. */
  readonly frames: number;
}

/** The horizon by TTL, 1 to the source's eccentricity plus one. */
export function horizonTable(graph: Graph, source: number): HorizonRow[] {
  const distance = distancesFrom(graph, source);
  const furthest = distance.reduce((max, d) => Math.max(max, d), 0);
  const atDistance = new Array<number>(furthest + 2).fill(0);
  const relayedAt = new Array<number>(furthest + 2).fill(0);
  distance.forEach((d, peer) => {
    if (d < 1) return;
    atDistance[d] = (atDistance[d] ?? 0) + 1;
    relayedAt[d] = (relayedAt[d] ?? 0) + neighboursOf(graph, peer).length - 1;
  });
  let reached = 0;
  let frames = neighboursOf(graph, source).length;
  return Array.from({ length: furthest + 1 }, (_, i) => {
    const ttl = i + 1;
    reached += atDistance[ttl] ?? 0;
    frames += relayedAt[ttl - 1] ?? 0;
    return { ttl, reached, frames };
  });
}

function framesWithout(graph: Graph, source: number, ttl: number, deadEnd: number | undefined): number {
  if (ttl < 1) return 0;
  const seen = new Uint8Array(graph.peerCount);
  seen[source] = 1;
  let frames = neighboursOf(graph, source).length;
  let layer = [source];
  for (let hop = 1; hop < ttl && layer.length > 0; hop++) {
    const next: number[] = [];
    for (const peer of layer) {
      if (peer === deadEnd) continue;
      for (const neighbour of neighboursOf(graph, peer)) {
        if (seen[neighbour] === 1) continue;
        seen[neighbour] = 1;
        next.push(neighbour);
        if (neighbour !== deadEnd) frames += neighboursOf(graph, neighbour).length - 1;
      }
    }
    layer = next;
  }
  return frames;
}
