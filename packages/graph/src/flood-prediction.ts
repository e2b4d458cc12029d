/** What one flood must do, computed from the graph. For many floods of one source, see horizon.ts. */
import { distancesFrom } from './distances.ts';
import type { Graph } from './graph.ts';
import { horizonAt, horizonFrom } from './horizon.ts';

/** The peers that a flood with this TTL reaches: those with 1 <= distance <= TTL, ascending. Never the source. */
export function horizon(graph: Graph, source: number, ttl: number): number[] {
  const reached: number[] = [];
  distancesFrom(graph, source).forEach((d, peer) => {
    if (d >= 1 && d <= ttl) reached.push(peer);
  });
  return reached;
}

/** Frames of a flood under uniform delay, see {@link horizonFrom}. */
export function predictedFloodFrames(graph: Graph, source: number, ttl: number): number {
  return horizonAt(horizonFrom(graph, source), ttl).frames;
}

/**
 * Frames of a flooded direct message under uniform delay: as {@link predictedFloodFrames}, but the target does not
 * relay. What lies behind the target alone is not reached; distances are those of the graph in which the target is a
 * dead end.
 */
export function predictedDmFrames(graph: Graph, source: number, target: number, ttl: number): number {
  return horizonAt(horizonFrom(graph, source, target), ttl).frames;
}
