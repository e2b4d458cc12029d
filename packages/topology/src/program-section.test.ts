/** Kinds with a program: read whole, kept whole, and every mistake with its place. */
import { describe, expect, test } from 'vitest';
import type { Topology } from './model.ts';
import { parseTopology } from './parse.ts';
import { topologyFromJson, topologyHash, topologyToJson } from './resolved-json.ts';
import { topologyToYaml } from './to-yaml.ts';

function parse(text: string): Topology {
  return parseTopology(text, { file: 'x.yaml' });
}

function problems(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    return String(Reflect.get(Object(error), 'message')).split('\n');
  }
  return [];
}

const YGGDRASIL = String.raw`
topology: { generator: ring, peers: 6 }
defaults: { kind: ygg }
kinds:
  ygg:
    image: ygg
    capabilities: [NET_ADMIN, cap_net_raw]
    devices: [/dev/net/tun]
    sysctls: { net.ipv6.conf.all.disable_ipv6: "0" }
    user: root
    memory: 512MiB
    cpus: 0.5
    pids: 200
    tmpfs: [/run]
    volumes: [/data, /var/lib/more]
    write:
      "{data}/y.conf": '{ "Listen": ["tcp://{address}:{port}"], "NodeInfo": { "name": "{name}" } }'
      /var/lib/more/peers: "{others: %a \\n}"
    env: { NAME: "{name} of {lab}" }
    facts: { key: { run: ctl getself, match: 'Public key:\s*(?<value>\S+)' } }
    program:
      run: yggdrasil -useconffile {data}/y.conf {neighbours:--peer %a:7946}
      ready: { log: TCP listener started }
      join: ctl addpeer uri=tcp://{to.address}:{port}
      members: { run: ctl getpeers, status: any, match: 'tcp://(?<peer>[\d.]+):' }
      probe: { run: 'ctl getnodeinfo key={to.key}', match: '"name": "{to.name}"' }
      stop: SIGINT
setup:
  - { on: n0, run: 'ctl create {all: %a:{port}} "a b"' }
  - { on: [n1, n2], run: 'ctl set {name}', match: OK, within: 30s }
`;

test('a program is read whole, and survives JSON and YAML', () => {
  const { generator: _, ...topology } = parse(YGGDRASIL);
  expect(topology.kinds).toEqual([
    {
      name: 'ygg',
      image: 'ygg',
      capabilities: ['NET_ADMIN', 'NET_RAW'],
      devices: ['/dev/net/tun'],
      sysctls: { 'net.ipv6.conf.all.disable_ipv6': '0' },
      user: '0:0',
      memoryBytes: 512 * 1024 ** 2,
      cpus: 0.5,
      pids: 200,
      tmpfs: { '/run': 64 * 1024 ** 2 },
      volumes: ['/data', '/var/lib/more'],
      write: {
        '{data}/y.conf': '{ "Listen": ["tcp://{address}:{port}"], "NodeInfo": { "name": "{name}" } }',
        '/var/lib/more/peers': '{others: %a \\n}',
      },
      env: { NAME: '{name} of {lab}' },
      facts: { key: { run: ['ctl', 'getself'], match: String.raw`Public key:\s*(?<value>\S+)` } },
      program: {
        run: ['yggdrasil', '-useconffile', '{data}/y.conf', '{neighbours:--peer %a:7946}'],
        ready: { log: 'TCP listener started' },
        join: { run: ['ctl', 'addpeer', 'uri=tcp://{to.address}:{port}'] },
        members: { run: ['ctl', 'getpeers'], status: 'any', match: String.raw`tcp://(?<peer>[\d.]+):` },
        probe: { run: ['ctl', 'getnodeinfo', 'key={to.key}'], match: '"name": "{to.name}"' },
        stop: 'SIGINT',
      },
    },
  ]);
  expect(topology.setup).toEqual([
    { on: ['n0'], run: ['ctl', 'create', '{all: %a:{port}}', 'a b'] },
    { on: ['n1', 'n2'], run: ['ctl', 'set', '{name}'], match: 'OK', withinMs: 30_000 },
  ]);
  expect(topologyFromJson(topologyToJson(topology))).toEqual(topology);
  expect(parse(topologyToYaml(topology))).toEqual(topology);
});

test('what a single peer needs is its own', () => {
  const text =
    'peers: { a: { memory: 1GiB, volumes: [/data], write: { /data/x: "{name}" } }, b: { env: { A: "1" } } }\nlinks: [[a, b]]';
  const topology = parse(text);
  expect(topology.peers.map(({ settings }) => settings)).toEqual([
    { memoryBytes: 1024 ** 3, volumes: ['/data'], write: { '/data/x': '{name}' } },
    { env: { A: '1' } },
  ]);
  expect(parse(topologyToYaml(topology))).toEqual(topology);
  expect(topologyHash(parse(text.replace('1GiB', '2GiB')))).not.toBe(topologyHash(topology));
});

describe('what is wrong is told, with its place', () => {
  const kind = (text: string): string[] =>
    problems(`topology: { generator: ring, peers: 3 }\nkinds:\n  a: ${text}`).map(line =>
      line.replace(/^x\.yaml:\d+:\d+ kinds\.a\.?/, ''),
    );
  const program = (text: string): string[] =>
    kind(`{ program: { run: serf agent, ${text} } }`).map(line => line.replace(/^program\.?/, ''));

  test.each([
    ['{ program: {} }', 'program.run: is missing'],
    ['{ program: { rnu: serf } }', 'program.rnu: unknown key "rnu"; did you mean "run"?'],
    ['{ program: { run: serf }, command: x }', 'command: the kind has a program: already; keep one of them'],
    [
      '{ image: x, program: { run: serf }, entrypoint: x }',
      'entrypoint: the kind has a program: already; keep one of them',
    ],
    ['{ program: { run: "" } }', 'program.run: names no program; such as serf members'],
    [
      `{ program: { run: 'serf "x' } }`,
      'program.run: a quote is not closed; close it, or write the command as a list of words',
    ],
    ['{ program: { run: "serf {nmae}" } }', 'program.run: unknown template "{nmae}"; did you mean "{name}"?'],
    ['{ program: { run: [serf, "{nmae}"] } }', 'program.run[1]: unknown template "{nmae}"; did you mean "{name}"?'],
    ['{ program: { run: "serf {data}" } }', 'program.run: "{data}" needs a volume; add volumes: [/data] to the kind'],
    [
      "{ program: { run: 'serf {key}' }, facts: { key: { run: k, match: '(?<value>x)' } } }",
      'program.run: "{key}" is not known here: it is asked for when the programs run; use it in join:, send: and probe:',
    ],
    [
      '{ facts: { key: { run: k, match: "(?<value>x)" } } }',
      'facts: are asked of a program:, but the kind has none; add program:, or remove it',
    ],
    [
      '{ program: { run: x }, facts: { name: { run: k, match: "(?<value>x)" } } }',
      'facts.name: {name} has a meaning already; choose another name',
    ],
    [
      '{ program: { run: x }, env: { A: "{n9.name}" } }',
      'env.A: unknown peer "n9" in "{n9.name}"; did you mean "{n0.name}"?',
    ],
    ['{ command: x, write: { /data/x: y } }', 'write: needs a volume for its files; such as volumes: [/data]'],
    [
      '{ command: x, volumes: [/data], write: { /etc/x: y } }',
      'write./etc/x: "/etc/x" is not in a volume; such as /data/config',
    ],
    [
      '{ command: x, volumes: [/data], write: { /data/../x: y } }',
      'write./data/../x: "/data/../x" is not in a volume; such as /data/config',
    ],
    [
      '{ command: x, volumes: [/data], write: { /data/x: "{adress}" } }',
      'write./data/x: unknown template "{adress}"; did you mean "{address}"?',
    ],
    ['{ command: x, volumes: [data] }', 'volumes[0]: "data" is no absolute path of a folder; such as /data'],
    ['{ command: x, volumes: [/data, /data] }', 'volumes[1]: "/data" appears twice; keep one of them'],
    ['{ command: x, memory: 512Mi }', 'memory: must be a size, not "512Mi"; such as 512MiB'],
    ['{ command: x, memory: 1MiB }', 'memory: must be at least 6 MiB, not "1MiB"; such as 512MiB'],
    ['{ command: x, memory: [] }', 'memory: must be a size, such as 512MiB, not a list'],
    ['{ command: x, cpus: 0 }', 'cpus: must be above 0, not 0'],
    [
      '{ command: x, capabilities: [NET_ADMIN] }',
      'capabilities: have no effect: a program that is not root gets none of them; add user: root',
    ],
    [
      '{ command: x, user: root, capabilities: [NET_ADMN] }',
      'capabilities[0]: unknown capability "NET_ADMN"; did you mean "NET_ADMIN"?',
    ],
    ['{ command: x, devices: [/etc/passwd] }', 'devices[0]: "/etc/passwd" is no device; such as /dev/net/tun'],
    ['{ command: x, sysctls: { net.x: 0 } }', 'sysctls.net.x: must be text, not 0; put it in quotes: "0"'],
    [
      '{ command: x, sysctls: { vm.swappiness: "0" } }',
      'sysctls.vm.swappiness: "vm.swappiness" is no setting of a container; engines set those of a namespace: net.…, kernel.shm…, kernel.msg…, kernel.sem, fs.mqueue.…',
    ],
  ])('%s', (text, problem) => {
    expect(kind(text)).toEqual([problem]);
  });

  test.each([
    ['stop: SIGNIT', 'stop: "SIGNIT" is no signal that ends a program; did you mean "SIGINT"?'],
    [
      'members: serf members',
      String.raw`members: needs match: with the group (?<peer>…); such as { run: …, match: '^(?<peer>\S+)' }`,
    ],
    ["members: { run: m, match: '(?<per>x)' }", 'members.match: has no group (?<peer>…); "per" is written there'],
    ["members: { run: m, macth: '(?<peer>x)' }", 'members.macth: unknown key "macth"; did you mean "match"?'],
    [
      "members: { run: m, status: x, match: '(?<peer>x)' }",
      'members.status: must be a status from 0 to 255, or any, not "x"',
    ],
    [
      "received: 'x (?<message>'",
      'received: is no regular expression: /x (?<message>|/: Unterminated group; a backslash before a character takes it literally',
    ],
    ["received: 'x (?<key>x)'", String.raw`received: has no group (?<message>…); such as received (?<message>\S+)`],
    [
      "received: 'x (?<message>x)', key: '(?<key>x)'",
      String.raw`received: has no group (?<key>…); such as block (?<key>\S+)`,
    ],
    ['broadcast: serf event', 'broadcast: does not say what is sent; add {message}, or key: to the program'],
    ['send: "serf event {message}"', 'send: does not say to which peer; add {to.name} or {to.address}'],
    ['probe: ping', 'probe: does not say to which peer; add {to.name} or {to.address}'],
    ['join: "serf join {too.address}"', 'join: unknown peer "too" in "{too.address}"; did you mean "{to.address}"?'],
    [
      'broadcast: "x {to.name} {message}"',
      'broadcast: "{to.name}" names no peer here; use it in join:, send: and probe:',
    ],
    [
      'ready: { log: "(" }',
      'ready.log: is no regular expression: /(|/: Unterminated group; a backslash before a character takes it literally',
    ],
    ['ready: { port: http }', 'ready.port: "http" is no port; such as 7946, or {port}'],
    ['ready: soon', 'ready: must be { log: PATTERN }, { port: NUMBER } or { run: COMMAND }, not "soon"'],
    ['ready: { lgo: x }', 'ready: must be { log: PATTERN }, { port: NUMBER } or { run: COMMAND }, not a map'],
    ['broadcast: 5', 'broadcast: must be a command: text, a list of words, or { run: …, match: …, status: … }, not 5'],
  ])('%s', (text, problem) => {
    expect(program(text)).toEqual([problem]);
  });

  test.each([
    ['{ on: n9, run: x }', 'setup.on: unknown peer "n9"; did you mean "n0"?'],
    [
      '[{ on: n0, run: x }, { on: n0, run: "x {nmae}" }]',
      'setup[1].run: unknown template "{nmae}"; did you mean "{name}"?',
    ],
    ['{ on: n0 }', 'setup.run: is missing'],
    ['{ on: n0..n9, run: x }', 'setup.on: unknown peer "n9"; did you mean "n0"?'],
    ['{ on: 5, run: x }', 'setup.on: must be peers: a name, n0..n4, all, or a list of them, not 5'],
    ['{ on: all, run: x, within: soon }', 'setup.within: must be a time, not "soon"; such as 500ms, 2s or 1m'],
    ['n0', 'setup: must be { on: …, run: … }, or a list of such, not "n0"'],
  ])('setup: %s', (text, problem) => {
    const found = problems(`topology: { generator: ring, peers: 3 }\nsetup: ${text}`);
    expect(found.map(line => line.replace(/^x\.yaml:\d+:\d+ /, ''))).toEqual([problem]);
  });
});

describe('what single peers say is checked as well', () => {
  const KINDS = 'kinds: { p: { program: { run: x }, peers: [a] } }\n';

  test.each([
    [
      'a variable of a program',
      'peers: { a: { env: { A: "{n9.name}" } }, b: }\nlinks: [[a, b]]\n',
      'peers.a.env.A: unknown peer "n9" in "{n9.name}"',
    ],
    [
      'the name of a file',
      'peers: { a: { volumes: [/data], write: { "/data/{nam}": x } }, b: }\nlinks: [[a, b]]\n',
      'unknown template "{nam}"; did you mean "{name}"?',
    ],
    [
      'the content of a file',
      'peers: { a: , b: { volumes: [/data], write: { /data/x: "{to.name}" } } }\nlinks: [[a, b]]\n',
      '"{to.name}" names no peer here',
    ],
    [
      'data of a peer without a volume',
      'peers: { a: { env: { A: "{data}" } }, b: }\nlinks: [[a, b]]\n',
      'peers.a.env.A: "{data}" needs a volume',
    ],
    [
      'a default, where a program has it',
      'peers: [a, b]\nlinks: [[a, b]]\ndefaults: { peers: { env: { A: "{adress}" } } }\n',
      'defaults.peers.env.A: unknown template "{adress}"; did you mean "{address}"?',
    ],
  ])('%s', (_, text, problem) => {
    expect(problems(`${text}${KINDS}`).join('\n')).toContain(problem);
  });

  test('and those of peers of the contract, which get them as they are, are not', () => {
    expect(problems(`peers: { a: , b: { env: { A: "{n9.name}" } } }\nlinks: [[a, b]]\n${KINDS}`)).toEqual([]);
    const data = 'peers: { a: { volumes: [/data], env: { A: "{data} {b.address}" } }, b: }\nlinks: [[a, b]]\n';
    expect(problems(`${data}${KINDS}`)).toEqual([]);
  });
});
