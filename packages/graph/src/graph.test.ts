import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  adjacencyOf,
  degreeOf,
  degreesOf,
  type Graph,
  graphFromArcs,
  graphFromEdges,
  hasOneWayLinks,
  linksOf,
  neighboursOf,
  reversed,
} from './graph.ts';

type Pairs = readonly (readonly [number, number])[];

/** Peers, and pairs of different ones: doubles in both directions among them. */
const anyPairs: fc.Arbitrary<{ peers: number; pairs: Pairs }> = fc.integer({ min: 1, max: 70 }).chain(peers =>
  fc.record({
    peers: fc.constant(peers),
    pairs: fc
      .array(fc.tuple(fc.nat(peers - 1), fc.nat(peers - 1)), { maxLength: 300 })
      .map(all => all.filter(([a, b]) => a !== b)),
  }),
);

/** The neighbours of each peer, as sets make them. */
function listed(peers: number, arcs: Pairs): number[][] {
  const sets = Array.from({ length: peers }, () => new Set<number>());
  for (const [from, to] of arcs) sets[from]?.add(to);
  return sets.map(set => [...set].sort((a, b) => a - b));
}

const turned = (pairs: Pairs): Pairs => pairs.map(([a, b]) => [b, a] as const);

/** Offsets that never fall and end with the lanes; links as many as pairs. */
function expectSound(graph: Graph): void {
  expect(graph.offsets.length).toBe(graph.peerCount + 1);
  expect([graph.offsets[0], graph.offsets.at(-1)]).toEqual([0, graph.targets.length]);
  for (let v = 0; v < graph.peerCount; v++) expect(degreeOf(graph, v)).toBeGreaterThanOrEqual(0);
}

describe('a graph from edges', () => {
  test('has each edge at both ends, once, ascending', () => {
    fc.assert(
      fc.property(anyPairs, ({ peers, pairs }) => {
        const graph = graphFromEdges(peers, pairs);
        const expected = listed(peers, [...pairs, ...turned(pairs)]);
        expectSound(graph);
        expect(adjacencyOf(graph)).toEqual(expected);
        expect(hasOneWayLinks(graph)).toBe(false);
        const links = expected.flatMap((list, v) => list.filter(to => to > v).map(to => [v, to]));
        expect([...linksOf(graph)]).toEqual(links);
        expect(graph.linkCount).toBe(links.length);
        const degrees = expected.map(({ length }) => length);
        expect(degreesOf(graph)).toEqual({ min: Math.min(...degrees), max: Math.max(...degrees) });
      }),
    );
  });

  test('sorts long rows as well: a hub among 100', () => {
    const spokes = Array.from({ length: 99 }, (_, i): [number, number] => [99 - i, 0]);
    expect(neighboursOf(graphFromEdges(100, spokes), 0)).toEqual(Array.from({ length: 99 }, (_, i) => i + 1));
  });

  test.each([[[0, 2]], [[1, 1]], [[-1, 0]], [[0, 0.5]], [[0, 2 ** 32 + 1]], [[0, Number.NaN]]] as const)(
    'refuses %j of two peers',
    edge => {
      expect(() => graphFromEdges(2, [edge])).toThrow(RangeError);
      expect(() => graphFromArcs(2, [edge])).toThrow(RangeError);
    },
  );

  test('knows no neighbours of what is no peer', () => {
    const graph = graphFromEdges(2, [[0, 1]]);
    expect([neighboursOf(graph, 2), neighboursOf(graph, -1), degreeOf(graph, 7)]).toEqual([[], [], 0]);
  });
});

describe('a graph from arcs', () => {
  test('has outgoing and incoming neighbours, and pairs of peers as links', () => {
    fc.assert(
      fc.property(anyPairs, ({ peers, pairs }) => {
        const graph = graphFromArcs(peers, pairs);
        const [outgoing, incoming] = [listed(peers, pairs), listed(peers, turned(pairs))];
        expectSound(graph);
        expect(adjacencyOf(graph)).toEqual(outgoing);
        expect(adjacencyOf(reversed(graph))).toEqual(incoming);
        expect(graph.linkCount).toBe(graphFromEdges(peers, pairs).linkCount);
        expect(hasOneWayLinks(graph)).toBe(JSON.stringify(outgoing) !== JSON.stringify(incoming));
        expect(adjacencyOf(reversed(reversed(graph)))).toEqual(outgoing);
      }),
    );
  });

  test('is the undirected one where each arc has its opposite', () => {
    fc.assert(
      fc.property(anyPairs, ({ peers, pairs }) => {
        expect(graphFromArcs(peers, [...pairs, ...turned(pairs)])).toEqual(graphFromEdges(peers, pairs));
      }),
    );
  });
});
