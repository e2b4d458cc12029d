import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateGraph } from './generators/generate.ts';
import { degreeOf, type Graph, linksOf } from './graph.ts';
import { horizonAt, horizonFrom } from './horizon.ts';
import { randomGraphs } from './testing/random-graphs.ts';

/** All distances, by relaxing every link until nothing changes. */
function relaxed(graph: Graph, source: number): number[] {
  const hops = new Array<number>(graph.peerCount).fill(Number.POSITIVE_INFINITY);
  hops[source] = 0;
  for (let round = 0; round < graph.peerCount; round++) {
    for (const [a, b] of linksOf(graph)) {
      hops[a] = Math.min(hops[a] ?? 0, (hops[b] ?? 0) + 1);
      hops[b] = Math.min(hops[b] ?? 0, (hops[a] ?? 0) + 1);
    }
  }
  return hops;
}

describe('horizonFrom', () => {
  it('has every distance, reach and number of frames, by the formulas', () => {
    fc.assert(
      fc.property(randomGraphs(), fc.nat(15), fc.integer({ min: 0, max: 20 }), (graph, from, ttl) => {
        const source = from % graph.peerCount;
        const expected = relaxed(graph, source);
        const horizon = horizonFrom(graph, source);
        expect([...horizon.hops]).toEqual(expected.map(d => (d === Number.POSITIVE_INFINITY ? -1 : d)));
        expect(horizon.furthest).toBe(Math.max(...expected.filter(Number.isFinite)));
        // One row for each TTL up to where nothing grows any more.
        expect(horizon.rows.map(row => row.ttl)).toEqual(Array.from({ length: horizon.furthest + 1 }, (_, i) => i + 1));
        const row = horizonAt(horizon, ttl);
        expect(row.reached).toBe(expected.filter(d => d >= 1 && d <= ttl).length);
        const relays = expected.map((d, v) => (d > 0 && d < ttl ? degreeOf(graph, v) - 1 : 0));
        expect(row.frames).toBe(ttl === 0 ? 0 : relays.reduce((sum, n) => sum + n, degreeOf(graph, source)));
      }),
    );
  });

  it('without limit costs 2|E| - |V| + 1', () => {
    const graph = generateGraph({ generator: 'torus', values: { rows: 10, columns: 10 } }, 1);
    const horizon = horizonFrom(graph, 7);
    expect(horizonAt(horizon, Number.POSITIVE_INFINITY)).toEqual({ ttl: 11, reached: 99, frames: 400 - 100 + 1 });
    expect(horizon.furthest).toBe(10);
  });
});
