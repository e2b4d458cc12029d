/** Kinds of a file: who runs what, and every mistake with its place. */
import { describe, expect, test } from 'vitest';
import type { Topology } from './model.ts';
import { parseTopology } from './parse.ts';
import { topologyFromJson, topologyHash, topologyToJson } from './resolved-json.ts';
import { topologyToYaml } from './to-yaml.ts';

function parse(text: string): Topology {
  return parseTopology(text, { file: 'x.yaml' });
}

function kindsOf(text: string): (string | undefined)[] {
  return parse(text).peers.map(({ settings }) => settings.kind);
}

function problems(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    return String(Reflect.get(Object(error), 'message')).split('\n');
  }
  return [];
}

const PYTHON = 'kinds: { python: { command: python3 peer.py } }\n';
const RING = 'topology: { generator: ring, peers: 10 }\n';

describe('peers choose their kind', () => {
  test('one by one, by list, by default, or not', () => {
    const text = `
kinds: { a: { command: a, peers: [p1] }, b: { command: b }, c: { command: c } }
peers: { p0: { kind: b }, p1: , p2: { kind: peerlab }, p3: }
defaults: { kind: c }`;
    expect(kindsOf(text)).toEqual(['b', 'a', undefined, 'c']);
    expect(kindsOf(text.replace('{ kind: c }', '{ peers: { kind: c } }'))).toEqual(['b', 'a', undefined, 'c']);
  });

  test('five of ten, every second one', () => {
    const expected = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 'python' : undefined));
    expect(kindsOf(`${RING}kinds: { python: { command: python3 peer.py, peers: 5 } }`)).toEqual(expected);
    expect(kindsOf(`${RING}kinds: { python: { command: python3 peer.py, peers: 50% } }`)).toEqual(expected);
  });

  test('shares of several kinds, each over the peers that are left', () => {
    expect(
      kindsOf(`${RING}kinds: { a: { env: {}, peers: [n0] }, b: { env: {}, peers: 3 }, c: { env: {}, peers: 6 } }`),
    ).toEqual(['a', 'b', 'c', 'c', 'b', 'c', 'c', 'b', 'c', 'c']);
  });
});

test('a kind is read whole, and survives JSON and YAML', () => {
  const text = `${RING}
kinds:
  one: { command: [python3, my peer.py], files: [lib, data.json], env: { MODE: fast }, peers: 2 }
  two: { build: ./two, entrypoint: /bin/peer --fast, user: "1000:1000", files: { conf.json: /etc/conf.json } }
  three: { image: example/peer:1, build: }
defaults: { kind: two }`.replace(', build: }', ' }');
  const { generator: _, ...topology } = parse(text);
  expect(topology.kinds).toEqual([
    {
      name: 'one',
      command: ['python3', 'my peer.py'],
      files: [{ from: 'lib' }, { from: 'data.json' }],
      env: { MODE: 'fast' },
    },
    {
      name: 'two',
      build: { context: './two' },
      entrypoint: ['/bin/peer', '--fast'],
      user: '1000:1000',
      files: [{ from: 'conf.json', to: '/etc/conf.json' }],
    },
    { name: 'three', image: 'example/peer:1' },
  ]);
  expect(topologyFromJson(topologyToJson(topology))).toEqual(topology);
  expect(parse(topologyToYaml(topology))).toEqual(topology);
});

test('the fingerprint changes with a kind, and with who is of it', () => {
  const hashes = [
    RING,
    RING + PYTHON,
    `${RING}${PYTHON}defaults: { kind: python }`,
    `${RING}kinds: { python: { command: python3 other.py } }`,
  ].map(text => topologyHash(parse(text)));
  expect(new Set(hashes).size).toBe(4);
});

describe('what is wrong is told, with its place', () => {
  test.each([
    ['defaults: { kind: pyhton }', '3:19 defaults.kind: unknown kind "pyhton"; did you mean "python"?'],
    [
      'defaults: { peers: { kind: ruby } }',
      '3:28 defaults.peers.kind: unknown kind "ruby"; available: python, peerlab',
    ],
    [
      'defaults: { kind: python, peers: { kind: python } }',
      '3:13 defaults.kind: is also set by defaults.peers.kind; keep one of them',
    ],
  ])('%s', (line, problem) => {
    expect(problems(`${RING}${PYTHON}${line}`)).toEqual([`x.yaml:${problem}`]);
  });

  test.each([
    ['{ comand: x }', 'kinds.a.comand: unknown key "comand"; did you mean "command"?'],
    ['{ command: 5 }', 'kinds.a.command: must be a command line, as text or as a list of words, not 5'],
    ['{ command: "" }', 'kinds.a.command: names no program; such as python3 peer.py'],
    ['{ command: []}', 'kinds.a.command: names no program; such as python3 peer.py'],
    [
      '{ command: "python3 \\"my peer.py\\"" }',
      'kinds.a.command: quotes have no effect here; write it as a list, such as [python3, "my peer.py"]',
    ],
    ['{ packages: [serf] }', 'kinds.a.packages: say nothing of what to run; add program: or command:'],
    [
      '{ packages: [serf], image: x, command: x }',
      'kinds.a.packages: the kind already has an image; keep packages:, image: or build:',
    ],
    [
      '{ packages: [Serf], command: x }',
      'kinds.a.packages[0]: "Serf" is not a name of a Debian package; such as netcat-openbsd',
    ],
    [
      '{ packages: [serf=1.0], command: x }',
      'kinds.a.packages[0]: "serf=1.0" is not a name of a Debian package; such as netcat-openbsd',
    ],
    [
      '{ packages: [-oDir=/], command: x }',
      'kinds.a.packages[0]: "-oDir=/" is not a name of a Debian package; such as netcat-openbsd',
    ],
    ['{ image: x, build: . }', 'kinds.a.build: the kind already has an image; keep image: or build:'],
    ['{ build: { contxt: . , context: .} }', 'kinds.a.build.contxt: unknown key "contxt"; did you mean "context"?'],
    ['{ entrypoint: x }', 'kinds.a.entrypoint: needs an image, but the kind has none; write it as command:'],
    ['{ image: x, user: nobody }', 'kinds.a.user: cannot be "nobody"; numbers such as "1000:1000", or root'],
    ['{ files: { x: etc } }', 'kinds.a.files.x: must be an absolute path in the container; such as /peer/etc'],
    ['{ peers: [n99] }', 'kinds.a.peers[0]: unknown peer "n99"; the generator makes n0 to n9'],
    ['{ peers: half }', 'kinds.a.peers: cannot be "half"; a list of names, a whole number, or a share such as 50%'],
    ['{ peers: 101% }', 'kinds.a.peers: cannot be "101%"; a list of names, a whole number, or a share such as 50%'],
    ['{ peers: 11 }', 'kinds.a.peers: 11 peers, but only 10 of 10 have no kind yet'],
  ])('%s', (kind, problem) => {
    const found = problems(`${RING}kinds:\n  a: ${kind}`);
    expect(found.map(line => line.replace(/^x\.yaml:\d+:\d+ /, ''))).toEqual([problem]);
    expect(found[0]).toMatch(/^x\.yaml:3:\d+ /);
  });

  test('a peer of two kinds, an unknown kind of a peer, a reserved name', () => {
    const text = `kinds:
  a: { peers: [x, y] }
  b: { peers: [y] }
  peerlab: {}
peers: { x: , y: , z: { kind: c } }`;
    expect(problems(text)).toEqual([
      'x.yaml:3:16 kinds.b.peers[0]: "y" already has the kind a; keep one of them',
      'x.yaml:4:3 kinds.peerlab: peerlab is the built-in peer; choose another name',
      'x.yaml:5:31 peers.z.kind: unknown kind "c"; available: a, b, peerlab',
    ]);
  });
});
