/** Peers that find their neighbours themselves, in a file. */
import { describe, expect, test } from 'vitest';
import { graphOf } from './graph-of.ts';
import { parseTopology } from './parse.ts';
import { topologyFromJson, topologyHash, topologyToJson } from './resolved-json.ts';
import { topologyToYaml } from './to-yaml.ts';
import { TopologyError } from './topology-error.ts';

const read = (text: string) => parseTopology(text, { file: 'own.yaml' });

function problems(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof TopologyError) return error.problems.map(({ line, message }) => `${line}: ${message}`);
    throw error;
  }
  return [];
}

test('links: own beside a number of peers draws nothing, and every pair may be linked', () => {
  const topology = read('topology: { peers: 4, links: own }');
  expect(topology.peers.map(({ name }) => name)).toEqual(['n0', 'n1', 'n2', 'n3']);
  expect(topology).toMatchObject({ links: [], ownLinks: true });
  expect(graphOf(topology).linkCount).toBe(6);
});

test('links: own beside named peers is the same, in YAML, in JSON and in the hash', () => {
  const topology = read('name: own\npeers: [a, b, c]\nlinks: own');
  expect(topology).toMatchObject({ links: [], ownLinks: true });
  expect(topologyFromJson(topologyToJson(topology))).toMatchObject({ ownLinks: true });
  expect(read(topologyToYaml(topology))).toEqual(topology);
  expect(topologyHash(topology)).not.toBe(topologyHash(read('name: own\npeers: [a, b, c]')));
});

describe('what cannot be is told with its place', () => {
  test.each([
    ['topology: { peers: 3, links: none }', '1: must be own, not "none"'],
    ['topology: { peers: 0, links: own }', '1: must be a whole number from 1 to 1000, not 0'],
    ['topology: { links: own }', '1: peers is missing; it must be a whole number from 1 to 1000'],
    ['topology: { peers: 3, links: own, degree: 4 }', '1: unknown key "degree"'],
    ['topology: { peers: 3, links: own }\nlinks: [[n0, n1]]', '2: no link is drawn where the peers choose their own'],
    [
      'topology: { generator: ring, peers: 3 }\nlinks: own',
      '2: a generator draws links, so the peers cannot choose their own',
    ],
    ['topology: { peers: 3 }', '1: is missing'],
  ])('%s', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });
});
