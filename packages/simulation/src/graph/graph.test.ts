import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsrGraph, csrFromLinks, degreeOf, linkCount, linksOf } from './csr-graph.ts';
import { GENERATOR_NAMES, type GraphSpec, generateGraph, sizeOfGraph } from './generate.ts';

const rowOf = (graph: CsrGraph, v: number): number[] => [
  ...graph.targets.subarray(graph.offsets[v] ?? 0, graph.offsets[v + 1] ?? 0),
];

/** Rows ascending, no loop, no double, every link at both ends. */
function expectWellFormed(graph: CsrGraph): void {
  const links = new Set<string>();
  for (let v = 0; v < graph.peerCount; v++) {
    const row = rowOf(graph, v);
    row.forEach((to, i) => {
      if (to === v || to >= graph.peerCount || to <= (row[i - 1] ?? -1)) throw new Error(`row ${v}: ${row.join(' ')}`);
      links.add(`${v}-${to}`);
    });
  }
  for (const link of links) expect(links.has(link.split('-').reverse().join('-'))).toBe(true);
  expect(graph.offsets.length).toBe(graph.peerCount + 1);
  expect([...linksOf(graph)].length).toBe(linkCount(graph));
}

const EXAMPLES: readonly [GraphSpec, peers: number, links: number | undefined][] = [
  [{ generator: 'line', values: { peers: 25 } }, 25, 24],
  [{ generator: 'ring', values: { peers: 20 } }, 20, 20],
  [{ generator: 'star', values: { peers: 20 } }, 20, 19],
  [{ generator: 'full', values: { peers: 25 } }, 25, 300],
  [{ generator: 'grid', values: { rows: 5, columns: 5 } }, 25, 40],
  [{ generator: 'torus', values: { rows: 10, columns: 10 } }, 100, 200],
  [{ generator: 'tree', values: { arity: 3, depth: 4 } }, 121, 120],
  [{ generator: 'regular-tree', values: { degree: 4, depth: 3 } }, 53, 52],
  [{ generator: 'hypercube', values: { dimensions: 7 } }, 128, 448],
  [{ generator: 'clusters', values: { clusters: 4, size: 5 } }, 20, 44],
  [{ generator: 'random-regular', values: { peers: 200, degree: 5 } }, 200, 500],
  [{ generator: 'random-choice', values: { peers: 200, choices: 4 } }, 200, undefined],
  [{ generator: 'erdos-renyi', values: { peers: 200, probability: 0.05 } }, 200, undefined],
  [{ generator: 'small-world', values: { peers: 200, neighbours: 4, rewire: 0.2 } }, 200, 400],
  [{ generator: 'scale-free', values: { peers: 200, links: 3 } }, 200, 6 + 196 * 3],
];

describe.each(EXAMPLES)('$generator $values', (spec, peers, links) => {
  it('is well formed, of the promised size, and the same for the same seed', () => {
    const graph = generateGraph(spec, 5);
    expectWellFormed(graph);
    expect(graph.peerCount).toBe(peers);
    expect(sizeOfGraph(spec).peers).toBe(peers);
    if (links !== undefined) {
      expect(linkCount(graph)).toBe(links);
      expect(Math.abs(sizeOfGraph(spec).links - links)).toBeLessThanOrEqual(10);
    }
    expect(generateGraph(spec, 5)).toEqual(graph);
  });
});

describe('generators', () => {
  it('are all in the examples', () => {
    expect(EXAMPLES.map(([{ generator }]) => generator).sort()).toEqual([...GENERATOR_NAMES].sort());
  });

  it('give every peer of a random regular graph its degree, small and dense ones included', () => {
    const sizes = fc
      .integer({ min: 4, max: 40 })
      .chain(peers => fc.tuple(fc.constant(peers), fc.integer({ min: 1, max: peers >> 1 }), fc.integer()));
    fc.assert(
      fc.property(sizes, ([peers, degree, seed]) => {
        fc.pre((peers * degree) % 2 === 0);
        const graph = generateGraph({ generator: 'random-regular', values: { peers, degree } }, seed);
        expectWellFormed(graph);
        for (let v = 0; v < peers; v++) expect(degreeOf(graph, v)).toBe(degree);
      }),
      { numRuns: 60 },
    );
  });

  it('let every peer of a random choice choose that many others', () => {
    const graph = generateGraph({ generator: 'random-choice', values: { peers: 3000, choices: 4 } }, 2);
    for (let v = 0; v < graph.peerCount; v++) expect(degreeOf(graph, v)).toBeGreaterThanOrEqual(4);
    // Both ends of a link choose each other with a probability of 4 / 2999.
    expect(linkCount(graph)).toBeGreaterThan(11_960);
    expect(linkCount(graph)).toBeLessThan(12_000);
  });

  it('link pairs of an Erdos-Renyi graph with their probability', () => {
    const of = (probability: number): number =>
      linkCount(generateGraph({ generator: 'erdos-renyi', values: { peers: 1000, probability } }, 3));
    // 4995 are expected, with a standard deviation of 70.
    expect(Math.abs(of(0.01) - 4995)).toBeLessThan(350);
    expect(of(0)).toBe(0);
    expect(of(1)).toBe(499_500);
  });

  it('make other graphs of other seeds', () => {
    for (const generator of ['random-regular', 'random-choice', 'erdos-renyi', 'small-world', 'scale-free']) {
      const spec = EXAMPLES.find(([example]) => example.generator === generator)?.[0];
      if (spec === undefined) throw new Error(generator);
      expect(generateGraph(spec, 1).targets).not.toEqual(generateGraph(spec, 2).targets);
    }
  });

  it.each([
    [{ generator: 'moebius', values: {} }, 'no generator moebius'],
    [{ generator: 'ring', values: {} }, 'peers is undefined'],
    [{ generator: 'ring', values: { peers: 2.5 } }, 'peers is 2.5'],
    [{ generator: 'ring', values: { peers: 5, degree: 2 } }, 'no parameter degree'],
    [{ generator: 'random-regular', values: { peers: 5, degree: 3 } }, 'must be even'],
    [{ generator: 'tree', values: { arity: 10, depth: 20 } }, 'peers'],
    [{ generator: 'toString', values: {} }, 'no generator'],
  ])('refuse %o', (spec, message) => {
    expect(() => generateGraph(spec as GraphSpec, 1)).toThrow(message);
    expect(() => sizeOfGraph(spec as GraphSpec)).toThrow(message);
  });
});

describe('csrFromLinks', () => {
  it('counts a link once that stands twice, in whichever direction, and leaves loops out', () => {
    const graph = csrFromLinks(3, [
      [0, 1],
      [1, 0],
      [2, 2],
      [1, 2],
    ]);
    expect([...linksOf(graph)]).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it('refuses ends that are no peers', () => {
    expect(() => csrFromLinks(2, [[0, 2]])).toThrow('peer 2 of 2');
  });
});
