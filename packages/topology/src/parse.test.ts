import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { diameter, isConnected } from './distances.ts';
import { graphOf } from './graph.ts';
import { parseTopology } from './parse.ts';
import { TopologyError } from './topology-error.ts';

const FILE = 'topologies/x.yaml';

function problemsOf(source: string | Uint8Array, file = FILE): string[] {
  try {
    parseTopology(source, { file });
  } catch (error) {
    if (error instanceof TopologyError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('what is right is read', () => {
  test('a generator', () => {
    const { name, seed, peers, links } = parseTopology('topology: { generator: ring, peers: 4 }', {
      file: 'a/ring-4.yaml',
    });
    expect({ name, seed }).toEqual({ name: 'ring-4', seed: 1 });
    expect(peers.map(peer => peer.name)).toEqual(['n0', 'n1', 'n2', 'n3']);
    expect(links.map(({ a, b }) => [a, b])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 0],
    ]);
  });

  test('explicit peers and links, with settings and defaults', () => {
    const text = `
name: mine
seed: 9
peers: { a: { env: { X: "1" } }, b: , c: {} }
links:
  - [a, b]
  - { between: [b, c], latencyMs: 50 }
defaults: { ttl: 7, links: { latencyMs: 5, lossRatio: 0.1 }, peers: { env: { Y: "2" } } }
`;
    const topology = parseTopology(text, { file: FILE });
    expect(topology.name).toBe('mine');
    expect(topology.peers).toEqual([
      { name: 'a', settings: { env: { Y: '2', X: '1' } } },
      { name: 'b', settings: { env: { Y: '2' } } },
      { name: 'c', settings: { env: { Y: '2' } } },
    ]);
    expect(topology.links).toEqual([
      { a: 0, b: 1, settings: { latencyMs: 5, lossRatio: 0.1 } },
      { a: 1, b: 2, settings: { latencyMs: 50, lossRatio: 0.1 } },
    ]);
    expect(topology.defaults.ttl).toBe(7);
  });

  test('a generator and links beside its own', () => {
    const topology = parseTopology('topology: { generator: line, peers: 4 }\nlinks: [[n3, n0]]', { file: FILE });
    expect(topology.links.map(({ a, b }) => [a, b])).toContainEqual([3, 0]);
    expect(diameter(graphOf(topology))).toBe(2);
  });

  test('a name and a seed from outside win', () => {
    const overrides = { name: 'other', seed: 5 };
    const topology = parseTopology('name: mine\nseed: 1\npeers: [a]', { file: FILE, overrides });
    expect({ name: topology.name, seed: topology.seed }).toEqual(overrides);
  });

  test('a disconnected graph is allowed', () => {
    const topology = parseTopology('peers: [a, b, c]\nlinks: [[a, b]]', { file: FILE });
    expect(isConnected(graphOf(topology))).toBe(false);
  });
});

describe('what is wrong is told, with line, column, path and advice', () => {
  test.each([
    [
      'an unknown peer',
      'peers: [n19, n20]\nlinks: [[n19, n21]]',
      `${FILE}:2:15 links[0]: unknown peer "n21"; did you mean "n20"?`,
    ],
    ['an unknown key', 'peers: [a]\nnam: x', `${FILE}:2:1 nam: unknown key "nam"; did you mean "name"?`],
    [
      'an unknown generator',
      'topology: { generator: rnig, peers: 4 }',
      `${FILE}:1:24 topology.generator: unknown generator "rnig"; did you mean "ring"?`,
    ],
    [
      'an unknown parameter',
      'topology: { generator: ring, peers: 4, pears: 4 }',
      `${FILE}:1:40 topology.pears: unknown parameter "pears"; did you mean "peers"?`,
    ],
    [
      'a parameter out of bounds',
      'topology: { generator: ring, peers: 2 }',
      `${FILE}:1:37 topology.peers: must be from 3 to 1000000, not 2`,
    ],
    [
      'a missing parameter',
      'topology: { generator: ring }',
      `${FILE}:1:11 topology: peers is missing; it says how many peers`,
    ],
    ['a duplicate peer', 'peers: [a, b, a]', `${FILE}:1:15 peers[2]: "a" stands twice; it is peers[0] already`],
    ['a self-link', 'peers: [a, b]\nlinks: [[a, a]]', `${FILE}:2:9 links[0]: links "a" to itself`],
    [
      'a link twice',
      'peers: [a, b]\nlinks: [[a, b], [b, a]]',
      `${FILE}:2:17 links[1]: "b" and "a" are linked already: links[0]`,
    ],
    [
      "a generator's own link",
      'topology: { generator: ring, peers: 3 }\nlinks: [[n0, n1]]',
      `${FILE}:2:9 links[0]: "n0" and "n1" are linked already: the generator's own`,
    ],
    ['zero peers', 'peers: []', `${FILE}:1:8 peers: needs at least one peer`],
    [
      'TTL out of range',
      'peers: [a]\ndefaults: { ttl: 70000 }',
      `${FILE}:2:18 defaults.ttl: must be at most 65535, not 70000`,
    ],
    [
      'a TTL that is no whole number',
      'peers: [a]\ndefaults: { ttl: 1.5 }',
      `${FILE}:2:18 defaults.ttl: must be a whole number, not 1.5`,
    ],
    [
      'a ratio over 1',
      'peers: [a, b]\nlinks: [{ between: [a, b], lossRatio: 1.5 }]',
      `${FILE}:2:39 links[0].lossRatio: must be at most 1, not 1.5`,
    ],
    [
      'a bad name',
      'peers: [A_b]',
      `${FILE}:1:9 peers[0]: "A_b" is not a name: lower-case letters, digits and inner hyphens, at most 26 characters`,
    ],
    ['a wrong type', 'peers: 7', `${FILE}:1:8 peers: must be a list of names or a map from name to settings, not 7`],
    [
      'a link that is none',
      'peers: [a]\nlinks: [7]',
      `${FILE}:2:9 links[0]: must be [a, b] or { between: [a, b], … }, not 7`,
    ],
    [
      'both a generator and peers',
      'topology: { generator: ring, peers: 3 }\npeers: [a]',
      `${FILE}:2:1 peers: a generator names its own peers; remove peers: or topology:`,
    ],
    ['an empty file', '', `${FILE}:1:1: the file is empty; start with: topology: { generator: ring, peers: 5 }`],
    [
      'a comment only',
      '# nothing',
      `${FILE}:1:1: the file is empty; start with: topology: { generator: ring, peers: 5 }`,
    ],
    ['a list', '- a', `${FILE}:1:1: must be a map, not a list`],
  ])('%s', (_, source, line) => {
    expect(problemsOf(source)).toContain(line);
  });

  test('all at once, in the order of the file', () => {
    const lines = problemsOf('seed: x\npeers: [a, a]\nlinks: [[a, c]]\ndefaults: { ttl: -1 }\nfoo: 1');
    expect(lines.map(line => line.split(':')[1])).toEqual(['1', '2', '3', '4', '5']);
  });

  test('broken YAML', () => {
    expect(problemsOf('peers: [a')[0]).toMatch(/^topologies\/x\.yaml:1:10: not YAML: /);
  });

  test('bytes that are not UTF-8, at the first of them', () => {
    const bytes = Buffer.concat([Buffer.from('peers: [a]\nname: '), Buffer.from([0xff, 0xfe])]);
    expect(problemsOf(bytes)).toEqual([`${FILE}:2:7: not UTF-8 text; save the file as UTF-8`]);
  });

  test('a bomb of aliases', () => {
    const levels = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (let i = 1; i < 9; i++)
      levels.push(`l${i}: &l${i} [${new Array(9).fill(i === 1 ? '*a' : `*l${i - 1}`).join(',')}]`);
    expect(problemsOf(levels.join('\n'))[0]).toContain('write the peers and links out instead of using aliases');
  });

  test('a name that cannot be taken from the file', () => {
    expect(problemsOf('peers: [a]', 'My Lab.yaml')[0]).toContain('"my lab" cannot be the lab\'s name');
  });
});

describe('the examples', () => {
  const folder = fileURLToPath(new URL('../../../topologies/', import.meta.url));
  const facts: Record<string, [number, number, number]> = {
    'clusters.yaml': [24, 64, 5],
    'custom-chat.yaml': [6, 7, 3],
    'full-10.yaml': [10, 45, 1],
    'grid-5x5.yaml': [25, 40, 8],
    'hypercube-7.yaml': [128, 448, 7],
    'line-5.yaml': [5, 4, 4],
    'ring-20.yaml': [20, 20, 10],
    'star-20.yaml': [20, 19, 2],
    'torus-10x10.yaml': [100, 200, 10],
    'tree-3x4.yaml': [121, 120, 8],
  };

  test.each(readdirSync(folder).filter(name => name.endsWith('.yaml')))(
    '%s is right, connected, and says what it teaches',
    file => {
      const text = readFileSync(folder + file, 'utf8');
      const [modeline, comment] = text.split('\n');
      expect(modeline).toBe('# yaml-language-server: $schema=../packages/topology/schema/topology.schema.json');
      expect(comment).toMatch(/^# \w/);
      const topology = parseTopology(text, { file: `topologies/${file}` });
      expect(`${topology.name}.yaml`).toBe(file);
      const graph = graphOf(topology);
      expect(isConnected(graph)).toBe(true);
      const known = facts[file];
      if (known !== undefined) expect([graph.peerCount, graph.linkCount, diameter(graph)]).toEqual(known);
    },
  );
});
