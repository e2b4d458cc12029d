/**
 * Places peers by forces if their graph has no known shape. It starts from a circle, so that the result is always the
 * same.
 */

import { type Graph as LabGraph, linksOf } from '@peerlab/graph';
import Graph from 'graphology';
import forceAtlas2 from 'graphology-layout-forceatlas2';
import type { Point } from '../../model/layout.ts';

/** Steps of settling, by peers: a second at most on an ordinary machine. */
function stepsFor(peers: number): number {
  return Math.max(60, Math.min(600, Math.round(120_000 / Math.max(1, peers))));
}

/** Lets the peers settle. Without randomness: the same graph gives the same picture. */
export function settledByForces(lab: LabGraph, from: readonly Point[]): readonly Point[] {
  const graph = new Graph({ type: 'undirected' });
  from.forEach(({ x, y }, peer) => {
    // Exactly symmetric beginnings would stay symmetric.
    graph.addNode(peer, { x: x * 100 + Math.sin(peer * 12.9898) * 8, y: y * 100 + Math.cos(peer * 78.233) * 8 });
  });
  for (const [a, b] of linksOf(lab)) graph.addEdge(a, b);
  const settings = { ...forceAtlas2.inferSettings(graph), strongGravityMode: true, gravity: 0.08, adjustSizes: false };
  const places = forceAtlas2(graph, { iterations: stepsFor(lab.peerCount), settings });
  const points = from.map((_, peer) => {
    const place = places[String(peer)];
    return { x: place?.x ?? 0, y: place?.y ?? 0 };
  });
  const size = Math.max(1e-9, ...points.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]));
  return points.map(({ x, y }) => ({ x: x / size, y: y / size }));
}
