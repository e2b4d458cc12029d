/** Published and computed figures of floods, to the digit, in both modes. */
import { type Graph, generateGraph, graphFromEdges } from '@peerlab/graph';
import { describe, expect, it } from 'vitest';
import { simulateAgents } from '../peers/simulate-agents.ts';
import type { FloodInput } from './flood-input.ts';
import type { FloodResult } from './flood-result.ts';
import { simulateFloodNow } from './simulate-flood.ts';

const graph = (generator: string, values: Record<string, number>): Graph => generateGraph({ generator, values }, 1);

/** 25 peers as a tree: whichever tree it is, its links are 24. */
const treeOf25 = graphFromEdges(
  25,
  Array.from({ length: 24 }, (_, i) => [Math.floor(i / 2), i + 1] as const),
);

/** Maelstrom's grid of five nodes: two by two, and one below. */
const gridOf5 = graphFromEdges(5, [
  [0, 1],
  [0, 2],
  [1, 3],
  [2, 3],
  [2, 4],
]);

describe.each([
  ['arrays', (input: FloodInput): FloodResult => simulateFloodNow(input)],
  ['whole agents', (input: FloodInput): FloodResult => simulateAgents(input)],
])('in %s', (_, run) => {
  it.each([
    ['grid 5x5', graph('grid', { rows: 5, columns: 5 }), 56],
    ['line-25', graph('line', { peers: 25 }), 24],
    ['a tree of 25', treeOf25, 24],
    ['full-25', graph('full', { peers: 25 }), 576],
    ['grid of 5 with 5 links', gridOf5, 6],
  ])('an unlimited flood of %s costs its frames, whatever the delays', (_name, network, frames) => {
    for (const links of [{}, { latencyMs: { uniform: { min: 1, max: 100 } } as const }]) {
      const result = run({ graph: network, seed: 3, links });
      expect([result.covered, result.frames]).toEqual([network.peerCount, frames]);
    }
  });

  const byTtl: readonly [string, Graph, number, readonly (readonly [number, number, number])[]][] = [
    [
      'ring-20',
      graph('ring', { peers: 20 }),
      0,
      [
        [1, 3, 2],
        [5, 11, 10],
        [9, 19, 18],
        [10, 20, 20],
        [11, 20, 21],
      ],
    ],
    [
      'torus 10x10',
      graph('torus', { rows: 10, columns: 10 }),
      0,
      [
        [1, 5, 4],
        [2, 13, 16],
        [3, 25, 40],
        [5, 59, 124],
        [10, 100, 298],
      ],
    ],
    [
      'hypercube-7',
      graph('hypercube', { dimensions: 7 }),
      0,
      [
        [3, 64, 175],
        [7, 128, 763],
      ],
    ],
    ['star-20 from the hub', graph('star', { peers: 20 }), 0, [[1, 20, 19]]],
    [
      'star-20 from a leaf',
      graph('star', { peers: 20 }),
      7,
      [
        [1, 2, 1],
        [2, 20, 19],
      ],
    ],
    ['the ternary tree of 121', graph('tree', { arity: 3, depth: 4 }), 0, [[3, 40, 39]]],
  ];

  it.each(byTtl)('%s by TTL: covered and frames', (_name, network, origin, rows) => {
    for (const [ttl, covered, frames] of rows) {
      const result = run({ graph: network, seed: 1, origin, ttl });
      expect([ttl, result.covered, result.frames]).toEqual([ttl, covered, frames]);
    }
  });
});

describe('reach in a tree where every peer has n links: the sum of n(n-1)^(t-1)', () => {
  it('n = 4, T = 1..8', () => {
    const network = graph('regular-tree', { degree: 4, depth: 8 });
    const reach = [1, 2, 3, 4, 5, 6, 7, 8].map(ttl => simulateFloodNow({ graph: network, seed: 1, ttl }).delivered);
    expect(reach).toEqual([4, 16, 52, 160, 484, 1456, 4372, 13_120]);
  });

  it('n = 8, T = 7, among more than a million peers', () => {
    const network = graph('regular-tree', { degree: 8, depth: 7 });
    const result = simulateFloodNow({ graph: network, seed: 1, ttl: 7 });
    expect([result.delivered, result.frames, result.duplicates]).toEqual([1_098_056, 1_098_056, 0]);
    expect(result.coveredByHop).toEqual([1, 8, 56, 392, 2744, 19_208, 134_456, 941_192]);
  });
});
