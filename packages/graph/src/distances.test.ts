import fc from 'fast-check';
import { expect, test } from 'vitest';
import { componentCount, components, isConnected } from './components.ts';
import { diameter, distancesFrom, eccentricity, radius, shortestPath } from './distances.ts';
import { generateGraph } from './generators/generate.ts';
import { graphFromArcs, graphFromEdges, neighboursOf } from './graph.ts';
import { randomGraphs } from './testing/random-graphs.ts';

test('distances: 0 at the source, and each peer one further than its nearest neighbour', () => {
  fc.assert(
    fc.property(randomGraphs(), fc.nat(), (graph, start) => {
      const source = start % graph.peerCount;
      const distance = distancesFrom(graph, source);
      for (let peer = 0; peer < graph.peerCount; peer++) {
        const near = neighboursOf(graph, peer).flatMap(v => (distance[v] === -1 ? [] : [distance[v] ?? 0]));
        const wanted = peer === source ? 0 : near.length === 0 ? -1 : Math.min(...near) + 1;
        expect(distance[peer]).toBe(wanted);
      }
    }),
  );
});

test('a shortest path is a path, and as long as the distance', () => {
  fc.assert(
    fc.property(randomGraphs(), fc.nat(), fc.nat(), (graph, start, end) => {
      const [s, t] = [start % graph.peerCount, end % graph.peerCount];
      const path = shortestPath(graph, s, t);
      const distance = distancesFrom(graph, s)[t];
      if (path === undefined) expect(distance).toBe(-1);
      else {
        expect(path.at(0)).toBe(s);
        expect(path.at(-1)).toBe(t);
        expect(path.length - 1).toBe(distance);
        path.slice(1).forEach((peer, i) => {
          expect(neighboursOf(graph, path[i] ?? -1)).toContain(peer);
        });
      }
    }),
  );
});

test('components part the peers, and peers of one reach each other and nobody else', () => {
  fc.assert(
    fc.property(randomGraphs(), graph => {
      const parts = components(graph);
      expect(parts.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: graph.peerCount }, (_, i) => i));
      for (const part of parts) {
        const reached = [...distancesFrom(graph, part[0] ?? -1).entries()].flatMap(([v, d]) => (d >= 0 ? [v] : []));
        expect(reached).toEqual(part);
      }
      expect(isConnected(graph)).toBe(parts.length === 1);
      expect(componentCount(graph)).toBe(parts.length);
    }),
  );
});

test.each([
  ['line', { peers: 5 }, 4, 2],
  ['ring', { peers: 20 }, 10, 10],
  ['star', { peers: 20 }, 2, 1],
  ['full', { peers: 10 }, 1, 1],
  ['grid', { rows: 5, columns: 5 }, 8, 4],
  ['torus', { rows: 10, columns: 10 }, 10, 10],
  ['tree', { arity: 3, depth: 4 }, 8, 4],
  ['hypercube', { dimensions: 7 }, 7, 7],
])('%s %j has diameter %i and radius %i', (generator, values, d, r) => {
  const graph = generateGraph({ generator, values: values as Record<string, number> }, 1);
  expect(diameter(graph)).toBe(d);
  expect(radius(graph)).toBe(r);
});

test('the diameter of a graph in parts is the largest within a part', () => {
  const graph = graphFromEdges(5, [
    [0, 1],
    [1, 2],
    [3, 4],
  ]);
  expect(diameter(graph)).toBe(2);
  expect(eccentricity(graph, 3)).toBe(1);
});

test('diameter and radius are those of all distances of every pair (Floyd and Warshall)', () => {
  fc.assert(
    fc.property(randomGraphs(), graph => {
      const peers = Array.from({ length: graph.peerCount }, (_, i) => i);
      const d = peers.map(i => peers.map(j => (i === j ? 0 : neighboursOf(graph, i).includes(j) ? 1 : Infinity)));
      for (const k of peers) {
        for (const row of d) for (const j of peers) row[j] = Math.min(row[j] ?? 0, (row[k] ?? 0) + (d[k]?.[j] ?? 0));
      }
      const furthest = d.map(row => Math.max(...row.filter(Number.isFinite)));
      expect(diameter(graph)).toBe(Math.max(...furthest));
      expect(radius(graph)).toBe(Math.min(...furthest));
    }),
  );
});

test('with one-way links, all reach all only where every peer can be reached and can reach', () => {
  const arcs = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 20 });
  fc.assert(
    fc.property(arcs, all => {
      const graph = graphFromArcs(
        6,
        all.filter(([a, b]) => a !== b),
      );
      const reachesAll = [0, 1, 2, 3, 4, 5].map(peer => distancesFrom(graph, peer).every(d => d >= 0));
      expect(isConnected(graph)).toBe(reachesAll.every(Boolean));
    }),
  );
});
