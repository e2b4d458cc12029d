import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isConnected } from '../distances.ts';
import { graphFromEdges } from '../graph.ts';
import type { Generator, Values } from './generator.ts';
import { checkValues, findGenerator, GENERATORS, generate, withDefaults } from './index.ts';

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
    return checkValues(generator, values).length === 0 && generator.peerCount(values) <= 2000;
  });
}

describe.each(GENERATORS.map(generator => [generator.name, generator] as const))('%s', (_, generator) => {
  test('makes a simple graph of the peers that it promises, the same for the same seed', () => {
    fc.assert(
      fc.property(valuesFor(generator), fc.nat(), (values, seed) => {
        const made = generate({ generator: generator.name, values }, seed);
        expect(made.peerCount).toBe(generator.peerCount(values));
        // graphFromEdges throws for loops and strangers; a double edge would count once.
        expect(graphFromEdges(made.peerCount, made.links).linkCount).toBe(made.links.length);
        expect(generate({ generator: generator.name, values }, seed)).toEqual(made);
      }),
      { numRuns: 50 },
    );
  });

  test('makes as many links as it says, where chance does not decide', () => {
    if (generator.name === 'erdos-renyi' || generator.name === 'random-choice') return;
    fc.assert(
      fc.property(valuesFor(generator), fc.nat(), (values, seed) => {
        const filled = withDefaults(generator, values);
        expect(generate({ generator: generator.name, values }, seed).links).toHaveLength(generator.linkCount(filled));
      }),
      { numRuns: 50 },
    );
  });

  test('is in one piece, except where chance may part it', () => {
    if (MAY_COME_APART.includes(generator.name)) return;
    fc.assert(
      fc.property(valuesFor(generator), fc.nat(), (values, seed) => {
        const { peerCount, links } = generate({ generator: generator.name, values }, seed);
        expect(isConnected(graphFromEdges(peerCount, links))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

test('random-regular gives every peer its degree', () => {
  const generator = findGenerator('random-regular');
  if (generator === undefined) throw new Error('no random-regular');
  fc.assert(
    fc.property(valuesFor(generator), fc.nat(), (values, seed) => {
      const { peerCount, links } = generate({ generator: 'random-regular', values }, seed);
      const { adjacency } = graphFromEdges(peerCount, links);
      expect(adjacency.map(list => list.length)).toEqual(new Array(peerCount).fill(values.degree));
    }),
  );
});

test('random-regular is in one piece for every seed, also where chance makes two: one in 553 of these', () => {
  // Of the 19,355 cubic graphs on eight labelled peers, 35 are two separate meshes of four.
  for (let seed = 0; seed < 3000; seed++) {
    const { peerCount, links } = generate({ generator: 'random-regular', values: { peers: 8, degree: 3 } }, seed);
    expect(isConnected(graphFromEdges(peerCount, links))).toBe(true);
  }
});

test('random-choice: each peer has the links that it chose, and about twice as many, as expected', () => {
  const generator = findGenerator('random-choice');
  if (generator === undefined) throw new Error('no random-choice');
  fc.assert(
    fc.property(valuesFor(generator), fc.nat(), (values, seed) => {
      const { peerCount, links } = generate({ generator: 'random-choice', values }, seed);
      const { adjacency } = graphFromEdges(peerCount, links);
      expect(Math.min(...adjacency.map(list => list.length))).toBeGreaterThanOrEqual(values.choices ?? Number.NaN);
    }),
  );
  const values = { peers: 2000, choices: 4 };
  const { links } = generate({ generator: 'random-choice', values }, 1);
  // Two of 2000 chose each other with a probability of 4 in a million: 8 such pairs, give or take 3.
  expect(Math.abs(links.length - generator.linkCount(values))).toBeLessThan(12);
});

test('random-choice draws every other peer alike', () => {
  const counts = new Array<number>(5).fill(0);
  for (let seed = 0; seed < 4000; seed++) {
    const { links } = generate({ generator: 'random-choice', values: { peers: 5, choices: 1 } }, seed);
    const [, other = 0] = links[0] ?? [];
    counts[other] = (counts[other] ?? 0) + 1;
  }
  expect(counts[0]).toBe(0);
  // Each count of the other four has a standard deviation of 27.
  for (const count of counts.slice(1)) expect(Math.abs(count - 1000)).toBeLessThan(140);
});

test('another seed gives another random graph', () => {
  const values = { peers: 40, degree: 3 };
  const graphs = [1, 2, 3].map(seed => JSON.stringify(generate({ generator: 'random-regular', values }, seed)));
  expect(new Set(graphs).size).toBe(3);
});

test('scale-free grows hubs: its largest degree is several times the mean', () => {
  const { peerCount, links } = generate({ generator: 'scale-free', values: { peers: 500, links: 2 } }, 1);
  const degrees = graphFromEdges(peerCount, links).adjacency.map(list => list.length);
  expect(Math.max(...degrees)).toBeGreaterThan(5 * 4);
});

test.each([
  [{ generator: 'ring', values: { peers: 2 } }, 'peers must be from 3'],
  [{ generator: 'ring', values: {} }, 'peers is missing'],
  [{ generator: 'ring', values: { peers: 3.5 } }, 'peers must be a whole number'],
  [{ generator: 'random-regular', values: { peers: 5, degree: 3 } }, 'peers x degree must be even'],
  [{ generator: 'random-regular', values: { peers: 4, degree: 4 } }, 'below the number of peers'],
  [{ generator: 'small-world', values: { peers: 9, neighbours: 3 } }, 'must be even'],
  [{ generator: 'tree', values: { arity: 1000, depth: 20 } }, 'more than 1000000'],
  [{ generator: 'clusters', values: { clusters: 1000, size: 200 } }, 'would make 19901000 links, more than 2000000'],
  [{ generator: 'erdos-renyi', values: { peers: 5000, probability: 1 } }, 'would make 12497500 links'],
  [{ generator: 'mesh', values: {} }, 'no generator mesh'],
])('%j is refused: %s', (spec, message) => {
  expect(() => generate(spec as Parameters<typeof generate>[0], 1)).toThrow(message);
});
