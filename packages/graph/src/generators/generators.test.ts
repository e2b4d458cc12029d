import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { componentCount, isConnected } from '../components.ts';
import { adjacencyOf, degreeOf, degreesOf, type Graph, graphFromEdgeList } from '../graph.ts';
import { checkValues, withDefaults } from './check-values.ts';
import { type GeneratorSpec, generateEdges, generateGraph, sizeOfGraph } from './generate.ts';
import type { Generator, Values } from './generator.ts';
import { findGenerator, GENERATORS } from './index.ts';

const SMALL = 12;

/** With few links, chance may leave parts of the graph unconnected. */
const MAY_COME_APART = ['erdos-renyi', 'small-world', 'random-choice'];

/** Evenly between the bounds; most of the doubles that fast-check draws are next to 0. */
function ratios(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 100 }).map(percent => min + ((max - min) * percent) / 100);
}

/** Values that the generator takes, kept small. */
function valuesFor(generator: Generator): fc.Arbitrary<Values> {
  const fields = generator.parameters.map(({ name, kind, min, max }) => {
    const top = Math.min(max, Math.max(min, name === 'dimensions' || name === 'depth' ? 4 : SMALL));
    return [name, kind === 'integer' ? fc.integer({ min, max: top }) : ratios(min, max)] as const;
  });
  return fc.record(Object.fromEntries(fields)).filter(values => {
    return checkValues(generator, values).length === 0 && generator.size(values).peers <= 2000;
  });
}

function make(generator: string, values: Values, seed = 1): Graph {
  return generateGraph({ generator, values }, seed);
}

function valuesOf(name: string): fc.Arbitrary<Values> {
  const generator = findGenerator(name);
  if (generator === undefined) throw new Error(`no ${name}`);
  return valuesFor(generator);
}

describe.each(GENERATORS.map(generator => [generator.name, generator] as const))('%s', (name, generator) => {
  test('makes the peers that it promises, and its edges, each once, are those of its graph', () => {
    fc.assert(
      fc.property(valuesFor(generator), fc.nat(), (values, seed) => {
        const graph = make(name, values, seed);
        const { peerCount, edges } = generateEdges({ generator: name, values }, seed);
        expect([graph.peerCount, peerCount]).toEqual(new Array(2).fill(generator.size(values).peers));
        expect(edges.count).toBe(graph.linkCount);
        // Building it has refused loops and strangers.
        expect(graphFromEdgeList(peerCount, edges)).toEqual(graph);
        expect(make(name, values, seed)).toEqual(graph);
      }),
      { numRuns: 50 },
    );
  });

  test('makes as many links as it says, where chance does not decide', () => {
    if (name === 'erdos-renyi' || name === 'random-choice') return;
    fc.assert(
      fc.property(valuesFor(generator), fc.nat(), (values, seed) => {
        expect(make(name, values, seed).linkCount).toBe(sizeOfGraph({ generator: name, values }).links);
      }),
      { numRuns: 50 },
    );
  });

  test('is in one piece, except where chance may part it', () => {
    if (MAY_COME_APART.includes(name)) return;
    fc.assert(
      fc.property(valuesFor(generator), fc.nat(), (values, seed) => {
        expect(isConnected(make(name, values, seed))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('is another graph for another seed, if chance decides', () => {
    const values: Values = {
      peers: 200,
      degree: 5,
      choices: 4,
      probability: 0.05,
      neighbours: 4,
      rewire: 0.2,
      links: 3,
    };
    const own = Object.fromEntries(generator.parameters.map(({ name: key }) => [key, values[key] ?? 3]));
    const graphs = [1, 2, 3].map(seed => make(name, own, seed).targets.join());
    expect(new Set(graphs).size).toBe(generator.isRandom ? 3 : 1);
  });
});

test.each([
  [
    'grid',
    { rows: 2, columns: 3 },
    [
      [1, 3],
      [0, 2, 4],
      [1, 5],
      [0, 4],
      [1, 3, 5],
      [2, 4],
    ],
  ],
  [
    'torus',
    { rows: 3, columns: 3 },
    [
      [1, 2, 3, 6],
      [0, 2, 4, 7],
      [0, 1, 5, 8],
    ],
  ],
  ['tree', { arity: 2, depth: 2 }, [[1, 2], [0, 3, 4], [0, 5, 6], [1], [1], [2], [2]]],
  ['regular-tree', { degree: 3, depth: 2 }, [[1, 2, 3], [0, 4, 5], [0, 6, 7], [0, 8, 9], [1], [1]]],
  [
    'hypercube',
    { dimensions: 3 },
    [
      [1, 2, 4],
      [0, 3, 5],
      [0, 3, 6],
      [1, 2, 7],
    ],
  ],
  [
    'clusters',
    { clusters: 3, size: 2 },
    [
      [1, 5],
      [0, 2],
      [1, 3],
      [2, 4],
      [3, 5],
      [0, 4],
    ],
  ],
  ['clusters', { clusters: 2, size: 2 }, [[1], [0, 2], [1, 3], [2]]],
  ['line', { peers: 3 }, [[1], [0, 2], [1]]],
  [
    'ring',
    { peers: 4 },
    [
      [1, 3],
      [0, 2],
      [1, 3],
      [0, 2],
    ],
  ],
  ['star', { peers: 4 }, [[1, 2, 3], [0], [0], [0]]],
  [
    'full',
    { peers: 3 },
    [
      [1, 2],
      [0, 2],
      [0, 1],
    ],
  ],
])('%s %j begins with %j', (generator, values, beginning) => {
  const adjacency = adjacencyOf(make(generator, values as unknown as Values));
  expect(adjacency.slice(0, beginning.length)).toEqual(beginning);
});

describe('random-regular', () => {
  test('gives every peer its degree, dense ones included', () => {
    const sizes = fc
      .integer({ min: 2, max: 40 })
      .chain(peers => fc.tuple(fc.constant(peers), fc.integer({ min: peers === 2 ? 1 : 2, max: peers - 1 }), fc.nat()));
    fc.assert(
      fc.property(sizes, ([peers, degree, seed]) => {
        fc.pre((peers * degree) % 2 === 0);
        const graph = make('random-regular', { peers, degree }, seed);
        expect(degreesOf(graph)).toEqual({ min: degree, max: degree });
        expect(isConnected(graph)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('is in one piece for every seed, also where chance makes two: one in 553 of these', () => {
    // Of the 19,355 cubic graphs on eight labelled peers, 35 are two separate meshes of four.
    for (let seed = 0; seed < 3000; seed++) {
      expect(componentCount(make('random-regular', { peers: 8, degree: 3 }, seed))).toBe(1);
    }
  });

  test('draws every pair alike', () => {
    // Each of 8 peers has 3 of 7 others: each of the 28 pairs in 3/7 of 4000 graphs, 1714 with a deviation of 31.
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 4000; seed++) {
      const { edges } = generateEdges({ generator: 'random-regular', values: { peers: 8, degree: 3 } }, seed);
      for (let i = 0; i < edges.count; i++) {
        const pair = [edges.a[i] ?? 0, edges.b[i] ?? 0].sort().join();
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(28);
    for (const count of counts.values()) expect(Math.abs(count - 1714)).toBeLessThan(155);
  });
});

describe('random-choice', () => {
  test('each peer has the links that it chose, and about twice as many, as expected', () => {
    fc.assert(
      fc.property(valuesOf('random-choice'), fc.nat(), (values, seed) => {
        expect(degreesOf(make('random-choice', values, seed)).min).toBeGreaterThanOrEqual(values.choices ?? Number.NaN);
      }),
    );
    const values = { peers: 2000, choices: 4 };
    const expected = sizeOfGraph({ generator: 'random-choice', values }).links;
    // Two of 2000 chose each other with a probability of 4 in a million: 8 such pairs, give or take 3.
    expect(Math.abs(make('random-choice', values).linkCount - expected)).toBeLessThan(12);
  });

  test('draws every other peer alike', () => {
    const counts = new Array<number>(5).fill(0);
    for (let seed = 0; seed < 4000; seed++) {
      const { edges } = generateEdges({ generator: 'random-choice', values: { peers: 5, choices: 1 } }, seed);
      const other = edges.b[0] ?? 0;
      counts[other] = (counts[other] ?? 0) + 1;
    }
    expect(counts[0]).toBe(0);
    // Each count of the other four has a standard deviation of 27.
    for (const count of counts.slice(1)) expect(Math.abs(count - 1000)).toBeLessThan(140);
  });
});

test('erdos-renyi links pairs with their probability, however small', () => {
  const count = (peers: number, probability: number): number =>
    make('erdos-renyi', { peers, probability }, 3).linkCount;
  // 4995 are expected, with a standard deviation of 70.
  expect(Math.abs(count(1000, 0.01) - 4995)).toBeLessThan(350);
  // 5000, with a deviation of 71: here 1 - p keeps seven digits of p alone.
  expect(Math.abs(count(1_000_000, 1e-8) - 5000)).toBeLessThan(350);
  expect([count(1000, 0), count(1000, 1e-300), count(1000, 1)]).toEqual([0, 0, 499_500]);
});

test('small-world rewires the share that it is told', () => {
  const values = { peers: 5000, neighbours: 4 };
  const far = (rewire: number): number => {
    const { edges } = generateEdges({ generator: 'small-world', values: { ...values, rewire } }, 1);
    return edges.a.subarray(0, edges.count).filter((a, i) => {
      const apart = Math.abs(a - (edges.b[i] ?? 0));
      return Math.min(apart, values.peers - apart) > 2;
    }).length;
  };
  expect(far(0)).toBe(0);
  // A tenth of 10,000 links: 1000, with a deviation of 30.
  expect(Math.abs(far(0.1) - 1000)).toBeLessThan(150);
  expect(withDefaults(findGenerator('small-world') as Generator, values).rewire).toBe(0.1);
});

test('scale-free grows hubs: its largest degree is several times the mean, and its first peers have it', () => {
  const graph = make('scale-free', { peers: 500, links: 2 });
  const { min, max } = degreesOf(graph);
  expect(min).toBe(2);
  expect(max).toBeGreaterThan(5 * 4);
  const hub = adjacencyOf(graph).findIndex((_, peer) => degreeOf(graph, peer) === max);
  expect(hub).toBeLessThan(50);
});

test.each([
  [{ generator: 'ring', values: { peers: 2 } }, 'peers must be from 3'],
  [{ generator: 'ring', values: {} }, 'peers is missing'],
  [{ generator: 'ring', values: { peers: 3.5 } }, 'peers must be a whole number'],
  [{ generator: 'ring', values: { peers: 5, degree: 2 } }, 'degree is not a parameter; parameters: peers'],
  [{ generator: 'random-regular', values: { peers: 5, degree: 3 } }, 'peers x degree must be even'],
  [{ generator: 'random-regular', values: { peers: 4, degree: 4 } }, 'below the number of peers'],
  [{ generator: 'random-regular', values: { peers: 4, degree: 1 } }, 'connects two peers only'],
  [{ generator: 'small-world', values: { peers: 9, neighbours: 3 } }, 'must be even'],
  [{ generator: 'tree', values: { arity: 1000, depth: 20 } }, 'more than 67108864'],
  [{ generator: 'erdos-renyi', values: { peers: 1_000_000, probability: 1 } }, 'would make 499999500000 links'],
  [{ generator: 'moebius', values: {} }, 'unknown generator "moebius"'],
  [{ generator: 'toString', values: {} }, 'unknown generator'],
])('%j is refused: %s', (spec, message) => {
  expect(() => generateGraph(spec as unknown as GeneratorSpec, 1)).toThrow(message);
  expect(() => generateEdges(spec as unknown as GeneratorSpec, 1)).toThrow(message);
  expect(() => sizeOfGraph(spec as unknown as GeneratorSpec)).toThrow(message);
});
