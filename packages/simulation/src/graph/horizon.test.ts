import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsrGraph, csrFromLinks, degreeOf, linksOf } from './csr-graph.ts';
import { generateGraph } from './generate.ts';
import { horizonAt, horizonFrom, partCount } from './horizon.ts';

const anyGraph: fc.Arbitrary<CsrGraph> = fc
  .tuple(fc.integer({ min: 1, max: 16 }), fc.array(fc.tuple(fc.nat(15), fc.nat(15)), { maxLength: 40 }))
  .map(([peers, pairs]) =>
    csrFromLinks(
      peers,
      pairs.map(([a, b]) => [a % peers, b % peers] as const),
    ),
  );

/** All distances, by relaxing every link until nothing changes. */
function relaxed(graph: CsrGraph, source: number): number[] {
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
      fc.property(anyGraph, fc.nat(15), fc.integer({ min: 0, max: 20 }), (graph, from, ttl) => {
        const source = from % graph.peerCount;
        const expected = relaxed(graph, source);
        const horizon = horizonFrom(graph, source);
        expect([...horizon.hops]).toEqual(expected.map(d => (d === Number.POSITIVE_INFINITY ? -1 : d)));
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

describe('partCount', () => {
  it('is the number of groups that peers can be merged into along links', () => {
    fc.assert(
      fc.property(anyGraph, graph => {
        const group = Array.from({ length: graph.peerCount }, (_, i) => i);
        for (const [a, b] of linksOf(graph)) {
          const [from, to] = [group[a], group[b] ?? 0];
          group.forEach((g, i) => {
            if (g === from) group[i] = to;
          });
        }
        expect(partCount(graph)).toBe(new Set(group).size);
      }),
    );
  });
});
