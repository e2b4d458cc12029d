import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateGraph } from '../generators/generate.ts';
import { type Graph, graphFromArcs, linksOf } from '../graph.ts';
import { randomGraphs } from '../testing/random-graphs.ts';
import { crossingLinks } from './crossing-links.ts';
import { place } from './place.ts';

/** A graph, weights of 1 to 4 engines, and pins of some peers. */
const problems = fc
  .tuple(randomGraphs(), fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }))
  .filter(([, weights]) => weights.some(weight => weight > 0))
  .chain(([graph, weights]) =>
    fc.record({
      graph: fc.constant(graph),
      weights: fc.constant(weights),
      pinned: fc
        .array(fc.tuple(fc.nat(graph.peerCount - 1), fc.nat(weights.length - 1)), { maxLength: 5 })
        .map(pins => new Map(pins)),
    }),
  );

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const countsOf = (engineOf: readonly number[], engines: number): number[] =>
  Array.from({ length: engines }, (_, engine) => engineOf.filter(at => at === engine).length);

/** By the definition. */
const crossing = (graph: Graph, engineOf: readonly number[]): number =>
  [...linksOf(graph)].filter(([a, b]) => engineOf[a] !== engineOf[b]).length;

/** Consecutive peers, as many for each engine as the placement gave it. */
function indexBlocks(engineOf: readonly number[], engines: number): number[] {
  return countsOf(engineOf, engines).flatMap((count, engine) => new Array<number>(count).fill(engine));
}

describe('place', () => {
  it('places every peer once, keeps pins, counts crossing links, and is deterministic', () => {
    fc.assert(
      fc.property(problems, ({ graph, weights, pinned }) => {
        const { engineOf, crossingLinks: told } = place(graph, weights, pinned);
        expect(engineOf).toHaveLength(graph.peerCount);
        for (const engine of engineOf) expect(weights[engine]).toBeDefined();
        for (const [peer, engine] of pinned) expect(engineOf[peer]).toBe(engine);
        expect(told).toBe(crossing(graph, engineOf));
        expect(place(graph, weights, pinned)).toEqual({ engineOf, crossingLinks: told });
      }),
    );
  });

  it('gives every engine its share within one peer, and never cuts more links than blocks of indexes', () => {
    fc.assert(
      fc.property(problems, ({ graph, weights }) => {
        const { engineOf, crossingLinks: cut } = place(graph, weights);
        countsOf(engineOf, weights.length).forEach((count, engine) => {
          const share = (graph.peerCount * (weights[engine] ?? 0)) / sum(weights);
          expect(Math.abs(count - share)).toBeLessThan(1);
        });
        expect(cut).toBeLessThanOrEqual(crossing(graph, indexBlocks(engineOf, weights.length)));
      }),
    );
  });

  it('divides what is not pinned among the engines that have less than their share', () => {
    const graph = generateGraph({ generator: 'ring', values: { peers: 12 } }, 1);
    const pinned = new Map([0, 2, 4, 6, 8, 10].map(peer => [peer, 0]));
    expect(countsOf(place(graph, [1, 1, 1], pinned).engineOf, 3)).toEqual([6, 3, 3]);
    expect(countsOf(place(graph, [1, 1], new Map([[11, 0]])).engineOf, 2)).toEqual([6, 6]);
    // An engine of weight 0 has what is pinned to it.
    expect(countsOf(place(graph, [1, 0], new Map([[5, 1]])).engineOf, 2)).toEqual([11, 1]);
  });

  it('counts a link once, whichever way it goes', () => {
    const oneWay = graphFromArcs(4, [
      [1, 0],
      [3, 2],
      [0, 1],
      [2, 1],
    ]);
    expect(place(oneWay, [1, 1]).crossingLinks).toBe(1);
  });

  it.each([
    ['torus', { rows: 10, columns: 10 }, 180, 34],
    ['scale-free', { peers: 50, links: 2 }, 67, 32],
    ['ring', { peers: 20 }, 20, 3],
  ])('cuts few links of a %s on three engines', (generator, values, roundRobin, most) => {
    const graph = generateGraph({ generator, values }, 1);
    const dealt = Array.from({ length: graph.peerCount }, (_, peer) => peer % 3);
    expect(crossingLinks(graph, dealt)).toBe(roundRobin);
    expect(place(graph, [1, 1, 1]).crossingLinks).toBeLessThanOrEqual(most);
  });

  it.each([
    [[], new Map<number, number>(), /one at least is above 0/],
    [[0, 0], new Map<number, number>(), /not 0, 0/],
    [[1, Number.NaN], new Map<number, number>(), /not 1, NaN/],
    [[1, -1], new Map<number, number>(), /not 1, -1/],
    [[1, 1], new Map([[20, 0]]), /no peer 20/],
    [[1, 1], new Map([[0, 2]]), /no engine 2/],
  ])('refuses weights %j with pins %j', (weights, pinned, sentence) => {
    const graph = generateGraph({ generator: 'ring', values: { peers: 20 } }, 1);
    expect(() => place(graph, weights, pinned)).toThrow(sentence);
  });
});
