/** The files of topologies/: each is right, says what it teaches, and is what its comment claims. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { adjacencyOf, diameter, type Graph, horizon, isConnected, predictedFloodFrames } from '@peerlab/graph';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { topologyJsonSchema } from './file-schema.ts';
import { graphOf } from './graph-of.ts';
import { isLargeTopology, type LargeTopology, type Topology } from './model.ts';
import { parseAnyTopology, parseTopology } from './parse.ts';
import { schemaModeline } from './to-yaml.ts';

const folder = fileURLToPath(new URL('../../../topologies/', import.meta.url));
// Those of topologies/lessons/ are proven by their own scenarios.
const files = readdirSync(folder).filter(file => file.endsWith('.yaml'));

function readAny(file: string): Topology | LargeTopology {
  return parseAnyTopology(readFileSync(folder + file), { file: `topologies/${file}` });
}

function read(file: string): Topology {
  const topology = readAny(file);
  if (isLargeTopology(topology)) throw new Error(`${file} is not laid out`);
  return topology;
}

function graphIn(file: string): Graph {
  return graphOf(read(file));
}

/** Peers, links and diameter; the diameter of a random graph is computed below in another way. */
const FACTS: Record<string, readonly [peers: number, links: number, diameter?: number]> = {
  // Four meshes of 6 x 5 / 2 links and four bridges; from inside a group, over the next, into the opposite one.
  'clusters.yaml': [4 * 6, 4 * 15 + 4, 5],
  // alice - carol - dave - erin
  'custom-chat.yaml': [6, 7, 3],
  'full-10.yaml': [10, (10 * 9) / 2, 1],
  'grid-5x5.yaml': [25, 2 * 5 * 4, 4 + 4],
  'hypercube-7.yaml': [2 ** 7, (7 * 2 ** 7) / 2, 7],
  'line-5.yaml': [5, 4, 4],
  'random-regular-20.yaml': [20, (20 * 3) / 2],
  'ring-20.yaml': [20, 20, 20 / 2],
  // A triangle, then 47 peers with two links each.
  'scale-free-50.yaml': [50, 3 + 47 * 2],
  'small-world-50.yaml': [50, (50 * 4) / 2],
  'star-20.yaml': [20, 19, 2],
  'torus-10x10.yaml': [100, 2 * 100, 5 + 5],
  'tree-3x4.yaml': [1 + 3 + 9 + 27 + 81, 120, 2 * 4],
};

/** Those that are not laid out: peers, and links as they are to be expected. */
const LARGE: Record<string, readonly [peers: number, links: number]> = {
  // Two peers chose each other with a probability of 16 in 10^12: 8 of 5 x 10^11 pairs.
  'million.yaml': [1_000_000, 4_000_000 - 8],
};

test('every file is known here', () => {
  expect(files.sort()).toEqual([...Object.keys(FACTS), ...Object.keys(LARGE)].sort());
});

test.each(Object.entries(LARGE))('%s is large, and has the peers and links that it should', (file, [peers, links]) => {
  const topology = readAny(file);
  if (!isLargeTopology(topology)) throw new Error(`${file} is laid out`);
  expect(`${topology.name}.yaml`).toBe(file);
  expect([topology.peerCount, topology.linkCount]).toEqual([peers, links]);
});

describe.each(files)('%s', file => {
  const text = readFileSync(folder + file, 'utf8');

  test('names the schema in its first line, and says what it teaches', () => {
    const [modeline, comment] = text.split('\n');
    expect(modeline).toBe(schemaModeline('../packages/topology/schema/topology.schema.json'));
    expect(comment).toMatch(/^# \w/);
  });

  test('is what editors accept, by the JSON Schema', () => {
    const schema = z.fromJSONSchema(topologyJsonSchema as Parameters<typeof z.fromJSONSchema>[0]);
    expect(schema.safeParse(parse(text)).error).toBeUndefined();
  });
});

describe.each(Object.keys(FACTS))('%s', file => {
  test('is connected, and has the peers, links and diameter that it should', () => {
    const topology = read(file);
    expect(`${topology.name}.yaml`).toBe(file);
    const graph = graphOf(topology);
    const [peers, links, wanted = floydWarshallDiameter(graph)] = FACTS[file] ?? [];
    expect(isConnected(graph)).toBe(true);
    expect({ peers: graph.peerCount, links: topology.links.length, diameter: diameter(graph) }).toEqual({
      peers,
      links,
      diameter: wanted,
    });
  });
});

describe('what the comments claim', () => {
  test('ring-20: a TTL of 3 reaches six; a flood takes 21 frames', () => {
    expect(horizon(graphIn('ring-20.yaml'), 0, 3)).toHaveLength(6);
    expect(predictedFloodFrames(graphIn('ring-20.yaml'), 0, 65535)).toBe(21);
  });

  test.each([
    ['full-10.yaml', 81],
    ['grid-5x5.yaml', 56],
    ['hypercube-7.yaml', 769],
  ])('%s: a flood takes %i frames', (file, frames) => {
    expect(predictedFloodFrames(graphIn(file), 0, 65535)).toBe(frames);
  });

  test('torus-10x10: the horizon grows by 4, 12, 24, 40', () => {
    const graph = graphIn('torus-10x10.yaml');
    expect([1, 2, 3, 4].map(ttl => horizon(graph, 0, ttl).length)).toEqual([4, 12, 24, 40]);
  });

  test('random-regular-20: three neighbours each, and half the diameter of ring-20', () => {
    const graph = graphIn('random-regular-20.yaml');
    expect(new Set(adjacencyOf(graph).map(list => list.length))).toEqual(new Set([3]));
    expect(diameter(graph)).toBe(diameter(graphIn('ring-20.yaml')) / 2);
  });

  test('small-world-50: nearer than the ring of near neighbours that it began as', () => {
    const rewired = graphIn('small-world-50.yaml');
    const began = parseTopology('topology: { generator: small-world, peers: 50, neighbours: 4, rewire: 0 }', {
      file: 'x.yaml',
    });
    expect(diameter(rewired)).toBeLessThan(diameter(graphOf(began)));
  });

  test('scale-free-50: a hub with several times the median of links', () => {
    const degrees = adjacencyOf(graphIn('scale-free-50.yaml'))
      .map(list => list.length)
      .sort((a, b) => a - b);
    expect(degrees.at(-1)).toBeGreaterThan(4 * (degrees[25] ?? Number.NaN));
  });
});

test('the JSON Schema refuses what the parser refuses', () => {
  const schema = z.fromJSONSchema(topologyJsonSchema as Parameters<typeof z.fromJSONSchema>[0]);
  for (const text of [
    'toplogy: {}',
    'topology: { generator: rnig, peers: 5 }',
    'topology: { generator: ring, peers: 2 }',
    'topology: { generator: ring, pears: 5 }',
    'peers: [A_b]',
    'peers: [a]\ndefaults: { ttl: 70000 }',
    'peers: [a, b]\nlinks: [[a]]',
    'peers: [a, b]\nlinks: [{ between: [a, b], lossRatio: 1.5 }]',
  ]) {
    expect([text, schema.safeParse(parse(text)).success]).toEqual([text, false]);
    expect(() => parseTopology(text, { file: 'x.yaml' })).toThrow();
  }
});

/** All distances of all pairs, and the largest. */
function floydWarshallDiameter(graph: Graph): number {
  const adjacency = adjacencyOf(graph);
  const d = adjacency.map((near, i) => adjacency.map((_, j) => (i === j ? 0 : near.includes(j) ? 1 : Infinity)));
  adjacency.forEach((_, k) => {
    for (const row of d) {
      row.forEach((known, j) => {
        row[j] = Math.min(known, (row[k] ?? 0) + (d[k]?.[j] ?? 0));
      });
    }
  });
  return Math.max(...d.flat());
}
