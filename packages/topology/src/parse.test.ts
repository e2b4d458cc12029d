import { isDirected, oneWay } from '@peerlab/conditions';
import { diameter, generateGraph, isConnected } from '@peerlab/graph';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphOf } from './graph-of.ts';
import { layOut } from './large-topology.ts';
import { isLargeTopology } from './model.ts';
import { parseAnyTopology, parseTopology } from './parse.ts';
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

  test('settings of a link that differ by direction', () => {
    const text = `peers: [a, b]\nlinks:\n  - { between: [b, a], latencyMs: { there: 5, back: { uniform: { min: 1, max: 3 } } }, lossRatio: { there: 0, back: 0.1 } }
defaults: { links: { latencyMs: 9, jitterMs: 1 } }`;
    const [link] = parseTopology(text, { file: FILE }).links;
    expect([link?.a, link?.b]).toEqual([1, 0]);
    const settings = link?.settings ?? {};
    expect(oneWay(settings, 'there')).toEqual({ latencyMs: 5, jitterMs: 1, lossRatio: 0 });
    expect(oneWay(settings, 'back')).toEqual({
      latencyMs: { uniform: { min: 1, max: 3 } },
      jitterMs: 1,
      lossRatio: 0.1,
    });
    expect(isDirected(settings)).toBe(true);
    expect(isDirected({ latencyMs: { uniform: { min: 1, max: 3 } } })).toBe(false);
  });

  test('peers in the order of the file, also where their names look like numbers', () => {
    const topology = parseTopology('peers: { "10": , "2": , a: , "1": }', { file: FILE });
    expect(topology.peers.map(({ name }) => name)).toEqual(['10', '2', 'a', '1']);
  });

  test('settings that many peers share by an alias', () => {
    const rest = Array.from({ length: 300 }, (_, i) => `  p${i + 1}: *shared`).join('\n');
    const topology = parseTopology(`peers:\n  p0: &shared { env: { A: x } }\n${rest}`, { file: FILE });
    expect(topology.peers).toHaveLength(301);
    expect(topology.peers.at(-1)?.settings).toEqual({ env: { A: 'x' } });
  });

  test('bytes, with a mark of their order or without', () => {
    for (const mark of [[], [0xef, 0xbb, 0xbf]]) {
      const bytes = Buffer.concat([Buffer.from(mark), Buffer.from('peers: [a]')]);
      expect(parseTopology(bytes, { file: FILE }).peers).toHaveLength(1);
    }
  });

  test('as many peers as are laid out', () => {
    const text = 'topology: { generator: random-regular, peers: 2000, degree: 4 }';
    expect(parseTopology(text, { file: FILE }).links).toHaveLength(4000);
  });

  test('a million peers, not laid out', () => {
    const text = 'seed: 3\ntopology: { generator: random-choice, peers: 1000000, choices: 4 }\ndefaults: { ttl: 9 }';
    expect(parseAnyTopology(text, { file: 'topologies/million.yaml' })).toEqual({
      name: 'million',
      seed: 3,
      source: 'topologies/million.yaml',
      generator: { generator: 'random-choice', values: { peers: 1_000_000, choices: 4 } },
      peerCount: 1_000_000,
      linkCount: 3_999_992,
      defaults: { ttl: 9, links: {} },
      security: 'sealed',
    });
  });

  test.each([2000, 2001])('a ring of %i peers, as large from 2,001 on', peers => {
    const topology = parseAnyTopology(`topology: { generator: ring, peers: ${peers} }`, { file: FILE });
    expect(isLargeTopology(topology)).toBe(peers > 2000);
  });

  test.each([
    ['a scenario', 'scenario: [{ checks: all }]'],
    ['links beside the generator', 'links: [[n0, n2000]]'],
    ['settings of peers', 'defaults: { peers: { env: { A: x } } }'],
  ])('%s lays 3,000 peers out', (_, text) => {
    const topology = parseAnyTopology(`topology: { generator: ring, peers: 3000 }\n${text}`, { file: FILE });
    expect(isLargeTopology(topology) ? [] : topology.peers).toHaveLength(3000);
  });

  test('what is laid out later is what would have been laid out', () => {
    const text =
      'seed: 3\ntopology: { generator: random-choice, peers: 2500, choices: 2 }\ndefaults: { links: { latencyMs: 3 } }';
    const large = parseAnyTopology(text, { file: FILE });
    const topology = parseTopology(text, { file: FILE });
    expect(isLargeTopology(large) && layOut(large)).toEqual(topology);
    expect(topology.links[0]?.settings).toEqual({ latencyMs: 3 });
    expect(graphOf(topology)).toEqual(generateGraph(topology.generator ?? { generator: '', values: {} }, 3));
  });

  test('a topology says what its graph was generated from, unless the file adds links', () => {
    const of = (text: string): unknown => parseTopology(text, { file: FILE }).generator;
    expect(of('topology: { generator: line, peers: 4 }')).toEqual({ generator: 'line', values: { peers: 4 } });
    expect(of('topology: { generator: line, peers: 4 }\nlinks: [[n0, n2]]')).toBeUndefined();
    expect(of('peers: [a, b]\nlinks: [[a, b]]')).toBeUndefined();
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
  test('what cannot stand beside a generator of more than is laid out', () => {
    const text =
      'topology: { generator: ring, peers: 2000001 }\nlinks: [[n0, n5]]\ndefaults: { peers: { env: { A: x } } }';
    const size = 'ring makes 2000001 peers and about 2000001 links, but a lab expands at most 4000000 of both together';
    const why = `needs every peer: ${size}; remove it, or use fewer peers`;
    expect(problemsOf(text)).toEqual([`${FILE}:2:1 links: ${why}`, `${FILE}:3:13 defaults.peers: ${why}`]);
  });

  test.each([
    [
      'an unknown peer',
      'peers: [n19, n20]\nlinks: [[n19, n21]]',
      `${FILE}:2:15 links[0]: unknown peer "n21"; did you mean "n20"?`,
    ],
    [
      'a key that belongs elsewhere',
      'peers: [a]\nttl: 4',
      `${FILE}:2:1 ttl: unknown key "ttl"; write it under defaults:`,
    ],
    [
      'a generator without its section',
      'generator: ring\npeers: [a]',
      `${FILE}:1:1 generator: unknown key "generator"; write it under topology:`,
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
      `${FILE}:1:37 topology.peers: must be from 3 to 67108864, not 2`,
    ],
    [
      'a large topology where one is laid out',
      'topology: { generator: ring, peers: 2000001 }',
      `${FILE}:1:11 topology: ring makes 2000001 peers and about 2000001 links, but a lab expands at most 4000000 of both together; use the driver simulation`,
    ],
    [
      'a missing parameter',
      'topology: { generator: ring }',
      `${FILE}:1:11 topology: peers is missing; ring requires it: how many peers`,
    ],
    [
      'a duplicate peer',
      'peers: [a, b, a]',
      `${FILE}:1:15 peers[2]: "a" appears twice; the first is peers[0] in line 1`,
    ],
    [
      'a self-link',
      'peers: [a, b]\nlinks: [[a, a]]',
      `${FILE}:2:9 links[0]: links "a" to itself; a link needs two different peers`,
    ],
    [
      'a link twice',
      'peers: [a, b]\nlinks: [[a, b], [b, a]]',
      `${FILE}:2:17 links[1]: "b" and "a" are already linked, by links[0] in line 2; keep one of them`,
    ],
    [
      "a generator's own link",
      'topology: { generator: ring, peers: 3 }\nlinks: [[n0, n1]]',
      `${FILE}:2:9 links[0]: "n0" and "n1" are already linked, by the generator; keep one of them`,
    ],
    ['zero peers', 'peers: []', `${FILE}:1:8 peers: needs at least one peer; such as peers: [a, b, c]`],
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
      `${FILE}:1:9 peers[0]: "A_b" is not a name: lower-case letters, digits and inner hyphens, at most 26 characters; such as "a-b"`,
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
    ['a number as a name', 'peers: [1]', `${FILE}:1:9 peers[0]: must be text, not 1; put it in quotes: "1"`],
    [
      'a number as an environment variable',
      'peers: { a: { env: { PORT: 8080 } } }',
      `${FILE}:1:28 peers.a.env.PORT: must be text, not 8080; put it in quotes: "8080"`,
    ],
    [
      'text for a number',
      'topology: { generator: ring, peers: "5" }',
      `${FILE}:1:37 topology.peers: must be a number, not "5"; write it without quotes: 5`,
    ],
    [
      'a value without end',
      'peers: [a, b]\nlinks: [{ between: [a, b], latencyMs: .inf }]',
      `${FILE}:2:39 links[0].latencyMs: must be a number, not .inf`,
    ],
    [
      'a distribution that is upside down',
      'peers: [a, b]\nlinks: [{ between: [a, b], latencyMs: { uniform: { min: 50, max: 5 } } }]',
      `${FILE}:2:50 links[0].latencyMs.uniform: min is above max`,
    ],
    [
      'a distribution below nothing',
      'peers: [a, b]\nlinks: [{ between: [a, b], latencyMs: { exponential: { mean: -1 } } }]',
      `${FILE}:2:62 links[0].latencyMs.exponential.mean: must be at least 0, not -1`,
    ],
    [
      'an unknown distribution',
      'peers: [a, b]\nlinks: [{ between: [a, b], latencyMs: { normal: 5 } }]',
      `${FILE}:2:39 links[0].latencyMs: must be milliseconds, or one of { uniform: { min: …, max: … } }, { exponential: { mean: … } }, { logNormal: { median: …, sigma: … } }, { there: …, back: … }, not a map`,
    ],
    [
      'a latency each way without the way back',
      'peers: [a, b]\nlinks: [{ between: [a, b], latencyMs: { there: 5 } }]',
      `${FILE}:2:39 links[0].latencyMs.back: is missing`,
    ],
    [
      'a misspelt way',
      'peers: [a, b]\nlinks: [{ between: [a, b], jitterMs: { there: 5, bak: 2 } }]',
      `${FILE}:2:50 links[0].jitterMs.bak: unknown key "bak"; did you mean "back"?`,
    ],
    [
      'a latency each way of something else',
      'peers: [a, b]\nlinks: [{ between: [a, b], latencyMs: { there: 5, back: fast } }]',
      `${FILE}:2:57 links[0].latencyMs.back: must be milliseconds, or one of { uniform: { min: …, max: … } }, { exponential: { mean: … } }, { logNormal: { median: …, sigma: … } }, not "fast"`,
    ],
    [
      'a loss below nothing, on a link and each way',
      'peers: [a, b]\nlinks: [{ between: [a, b], lossRatio: -1 }]',
      `${FILE}:2:39 links[0].lossRatio: must be at least 0, not -1`,
    ],
    [
      'a loss that is a text',
      'peers: [a, b]\nlinks: [{ between: [a, b], lossRatio: much }]',
      `${FILE}:2:39 links[0].lossRatio: must be a number or { there: …, back: … }, not "much"`,
    ],
    [
      'ways as a default: whose would they be?',
      'peers: [a, b]\ndefaults: { links: { jitterMs: { there: 1, back: 2 } } }',
      `${FILE}:2:32 defaults.links.jitterMs: must be a number, not a map`,
    ],
    [
      'an unknown delivery',
      'peers: [a, b]\nlinks: [{ between: [a, b], delivery: udp }]',
      `${FILE}:2:38 links[0].delivery: must be stream or datagram, not "udp"`,
    ],
    ['a peer that is nothing', 'peers: [a, ]\nlinks: [[a]]', `${FILE}:2:9 links[0]: must name two peers, not 1`],
    ['a link of three', 'peers: [a, b]\nlinks: [[a, b, a]]', `${FILE}:2:9 links[0]: must name two peers, not 3`],
    [
      'a misspelt key that is needed: once, not also as missing',
      'peers: [a, b]\nlinks: [{ betwen: [a, b] }]',
      `${FILE}:2:11 links[0].betwen: unknown key "betwen"; did you mean "between"?`,
    ],
    [
      'a misspelt section: once, not also as missing',
      'toplogy: { generator: ring, peers: 5 }',
      `${FILE}:1:1 toplogy: unknown key "toplogy"; did you mean "topology"?`,
    ],
    [
      'the beginning of a key',
      'peers: [a]\ndefaults: { links: { loss: 1 } }',
      `${FILE}:2:22 defaults.links.loss: unknown key "loss"; did you mean "lossRatio"?`,
    ],
    [
      'a peer that the generator does not make',
      'topology: { generator: ring, peers: 5 }\nlinks: [[n1, n5]]',
      `${FILE}:2:14 links[0]: unknown peer "n5"; the generator makes n0 to n4`,
    ],
    [
      'a default that does not fit',
      'topology: { generator: scale-free, peers: 2 }',
      `${FILE}:1:11 topology: links must be below the number of peers, 2; default: 2`,
    ],
    [
      'an empty section',
      'topology:',
      `${FILE}:1:10 topology: must be a map, but is empty; such as topology: { generator: ring, peers: 5 }`,
    ],
    ['a key twice', 'peers:\n  a:\n  b:\n  a:', `${FILE}:4:3: the key "a" appears twice; keep one of them`],
    [
      'two documents',
      'peers: [a]\n---\npeers: [b]',
      `${FILE}:2:1: a second document begins here; one file holds one topology: remove the ---`,
    ],
    ['a tab', 'peers:\n\t- a', `${FILE}:2:1: not YAML: a tab as indentation; indent with spaces`],
    [
      'a list that is not closed',
      'peers: [a, b\nlinks: []',
      `${FILE}:2:1: not YAML: a "[" is still open here; close it with "]"`,
    ],
    [
      'an alias of nothing',
      'peers: [a]\nlinks: *nope',
      `${FILE}:2:8: unknown alias "*nope"; define it with &nope further up`,
    ],
    [
      'a tag, which would be read past',
      'peers: !foo [a]',
      `${FILE}:1:8: not YAML: Unresolved tag: !foo; a topology needs no tags: remove it`,
    ],
    ['a list', '- a', `${FILE}:1:1: must be a map, not a list; such as topology: { generator: ring, peers: 5 }`],
  ])('%s', (_, source, line) => {
    expect(problemsOf(source)).toEqual([line]);
  });

  test('all at once, in the order of the file', () => {
    const lines = problemsOf('seed: x\npeers: [a, a]\nlinks: [[a, c]]\ndefaults: { ttl: -1 }\nfoo: 1');
    expect(lines.map(line => line.split(':')[1])).toEqual(['1', '2', '3', '4', '5']);
  });

  test('a line for each problem, whatever stands in the file', () => {
    expect(problemsOf('peers: [a]\n"b\\nc\\e[31m": 1')).toEqual([
      `${FILE}:2:1 b\\u000ac\\u001b[31m: unknown key "b\\u000ac\\u001b[31m"; known here: name, seed, kinds, topology, peers, links, defaults, setup, pack, security, scenario`,
    ]);
  });

  test('every missing parameter', () => {
    expect(problemsOf('topology: { generator: grid }')).toEqual([
      `${FILE}:1:11 topology: rows is missing; grid requires it: how many rows`,
      `${FILE}:1:11 topology: columns is missing; grid requires it: how many columns`,
    ]);
  });

  test('broken YAML', () => {
    expect(problemsOf('peers: [a')[0]).toMatch(/^topologies\/x\.yaml:1:10: not YAML: /);
  });

  test('nesting that no parser survives, in one line', () => {
    expect(problemsOf(`peers: ${'['.repeat(20_000)}`)).toHaveLength(1);
    expect(problemsOf(`peers: ${'['.repeat(20_000)}`)[0]).toContain('nested too deeply');
  });

  test('a thousand unknown peers among thousands, each', () => {
    const names = Array.from({ length: 3000 }, (_, i) => `peer-${i}`);
    const links = names.slice(0, 1000).map(name => `  - [${name}, x${name}]`);
    const lines = problemsOf(`peers: [${names}]\nlinks:\n${links.join('\n')}`);
    expect(lines).toHaveLength(1000);
    // 100,000 names are compared in one file: enough for 33 of these.
    expect(lines.filter(line => line.includes('did you mean'))).toHaveLength(33);
    expect(lines[0]).toBe(`${FILE}:3:14 links[0]: unknown peer "xpeer-0"; did you mean "peer-0"?`);
  });

  test('whatever the text, it is a topology or a list of problems within the file', () => {
    const words = [
      'topology:',
      'peers:',
      'links:',
      ' ',
      '\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ',',
      ': ',
      'a',
      'b',
      '*a',
      '&a ',
      '"',
      '1',
      'n0',
    ];
    const texts = fc.array(fc.constantFrom(...words), { maxLength: 25 }).map(parts => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(texts, fc.string(), fc.json()), text => {
        for (const line of problemsOf(text)) expect(line).toMatch(/^topologies\/x\.yaml:[1-9]\d*:[1-9]\d*(: | .+: )./);
      }),
    );
  });

  test('bytes that are not UTF-8, at the first of them', () => {
    const bytes = Buffer.concat([Buffer.from('peers: [a]\nname: '), Buffer.from([0xff, 0xfe])]);
    expect(problemsOf(bytes)).toEqual([`${FILE}:2:7: not UTF-8 text; save the file as UTF-8`]);
  });

  test('bytes that break off, counted in characters and past a true U+FFFD', () => {
    const bytes = Buffer.concat([Buffer.from('# é \ufffd\n# üü '), Buffer.from([0xe2, 0x82])]);
    expect(problemsOf(bytes)).toEqual([`${FILE}:2:6: not UTF-8 text; save the file as UTF-8`]);
  });

  test('a bomb of aliases', () => {
    const levels = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (let i = 1; i < 9; i++)
      levels.push(`l${i}: &l${i} [${new Array(9).fill(i === 1 ? '*a' : `*l${i - 1}`).join(',')}]`);
    expect(problemsOf(levels.join('\n'))[0]).toBe(
      `${FILE}:1:1: aliases expand to more than 10000 copies; write out their values, or use defaults:`,
    );
  });

  test('a name or a seed from outside that cannot be', () => {
    const overrides = { name: 'Bad Name', seed: 1.5 };
    expect(() => parseTopology('peers: [a]', { file: FILE, overrides })).toThrow(
      /the requested seed is 1\.5; .*\n.*"Bad Name" is not a valid lab name: .*; such as "bad-name"/,
    );
  });

  test('a name that cannot be taken from the file', () => {
    expect(problemsOf('peers: [a]', 'My Lab.yaml')[0]).toContain(
      'the file\'s name makes "my lab", which is not a valid lab name',
    );
  });
});
