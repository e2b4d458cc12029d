/** Programs that speak no peer contract on a real engine: templates, volumes, rights, names, and memory. */
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import {
  type LabPlan,
  type PeerChannel,
  type PlannedPeer,
  type PublishedPort,
  requireCapability,
  runToEnd,
} from '@peerlab/driver';
import { parseTopology, topologyToJson } from '@peerlab/topology';
import { afterEach, describe, expect, test } from 'vitest';
import { contextOf, ECHO_PEER, planOf } from '../test/plans.ts';
import { connectEngine } from './connect.ts';
import { dialByHelper } from './dial.ts';
import { createEngine } from './engine.ts';
import { fleetOfOne } from './fleet.ts';
import { createDockerDriver } from './index.ts';
import { LABEL } from './labels.ts';
import { withDefaults } from './options.ts';
import { requireEngine } from './require-engine.ts';

await requireEngine();
const OPTIONS = { peerBundle: ECHO_PEER, version: '0.0.0' };
const driver = createDockerDriver(OPTIONS);
const settings = withDefaults(OPTIONS);
const engine = createEngine(connectEngine(), settings.requestTimeoutMs);
const { docker } = engine;

const PROGRAM = fileURLToPath(new URL('../../driver/fixtures/foreign-program.mjs', import.meta.url));
const HOG = 'const all = []; setInterval(() => all.push(Buffer.alloc(8 * 1024 * 1024, 1)), 20)';

const PORTS = [
  { port: 8099, protocol: 'tcp' },
  { port: 8098, protocol: 'udp' },
] as const;

/** Listens at both, and answers in capitals. */
const SHOUTS = `
  const up = text => String(text).toUpperCase();
  require('node:net').createServer(socket => socket.once('data', data => socket.end(up(data)))).listen(8099, '::');
  const udp = require('node:dgram').createSocket('udp4');
  udp.on('message', (text, from) => udp.send(up(text), from.port, from.address));
  udp.bind(8098, () => console.log('listens'));
`;

/** What is answered to a word, at a port of this machine. */
async function answered({ protocol, hostAddress: host, hostPort: port }: PublishedPort): Promise<string> {
  return await new Promise((resolve, reject) => {
    if (protocol === 'tcp') {
      const socket = connect({ host, port }, () => socket.write('hello'));
      socket.once('data', data => resolve(String(data)));
      socket.once('error', reject);
      return;
    }
    const socket = createSocket('udp4');
    socket.once('message', data => {
      socket.close();
      resolve(String(data));
    });
    socket.send('hello', port, host);
  });
}

const names: string[] = [];

function plan(ephemeral: boolean): LabPlan {
  const topology = topologyToJson(parseTopology('peers: [a, b, hog]\nlinks: [[a, b]]', { file: 'x.yaml' }));
  const base = planOf(0, { ephemeral, topology });
  const run = ['node', PROGRAM, '{data}', '{address}:{port}', '{b.address}', '{neighbours: --peer %a}'];
  const peers = ['a', 'b', 'hog'].map(
    (name, index): PlannedPeer => ({
      index,
      name,
      nodeId: `id-${name}`,
      env: { MODE: '{lab}' },
      needs:
        name === 'hog'
          ? { memoryBytes: 64 * 1024 ** 2 }
          : {
              volumes: ['/data'],
              write: { '{data}/conf': '{name} of {all: %n ,}', '/data/sub/more': 'x' },
              tmpfs: { '/run': 2 ** 20 },
              ...(name === 'a' ? { ports: PORTS } : {}),
              ...(name === 'b' ? { user: '0:0', capabilities: ['NET_ADMIN'] } : {}),
            },
      kind: {
        name: name === 'hog' ? 'hog' : 'foreign',
        folder: '/',
        program: { run: name === 'hog' ? ['node', '-e', HOG] : run, stop: 'SIGINT' },
      },
    }),
  );
  names.push(base.name);
  return { ...base, peers };
}

async function started(channel: PeerChannel): Promise<Record<string, unknown>> {
  return await new Promise((resolve, reject) => {
    channel.listen(line => {
      if (line.startsWith('started ')) resolve(JSON.parse(line.slice('started '.length)));
    });
    void channel.closed.then(({ reason }) => reject(new Error(reason)));
  });
}

async function containersOf(lab: string): Promise<string[]> {
  const found = await docker.listContainers({ all: true, filters: { label: [`${LABEL.lab}=${lab}`] } });
  return found.flatMap(({ Names }) => Names);
}

async function volumesOf(lab: string): Promise<string[]> {
  const { Volumes: found } = await docker.listVolumes({ filters: { label: [`${LABEL.lab}=${lab}`] } });
  return (found ?? []).map(({ Name }) => Name).sort();
}

describe.each([
  ['of a lasting lab', false],
  ['of a throw-away lab', true],
])('a program %s', { timeout: 120_000 }, (_, ephemeral) => {
  afterEach(async () => {
    for (const name of names.splice(0)) await (await driver.find(name))?.down();
  });

  test('starts with what is known before it, keeps its data while it is killed, and leaves nothing', async () => {
    const wish = plan(ephemeral);
    const lab = await driver.up(wish, contextOf());
    const hog = await lab.channel(2);
    const [a, b] = lab.peers;
    const first = await started(await lab.channel(0));
    expect(first).toEqual({
      words: [`${a?.address}:7946`, b?.address, '--peer', b?.address],
      mode: wish.name,
      config: 'a of a,b,hog',
      count: 0,
      ended: '',
      user: 65_532,
    });
    expect(await started(await lab.channel(1))).toMatchObject({
      words: [`${b?.address}:7946`, b?.address, '--peer', a?.address],
      user: 0,
    });
    expect((await hog.closed).reason).toBe(
      'killed for memory: it needed more than its limit of 64 MiB; memory: in the topology file raises it',
    );

    // Names resolve to the addresses of the lab, and what is written may be changed by who owns it.
    const beside = requireCapability(lab, 'exec');
    const script = `
      require('node:fs').writeFileSync('/data/sub/more', 'changed');
      require('node:dns').lookup('b', (error, address) => console.log(error ?? address));`;
    const told = await runToEnd(await beside.exec(0, ['node', '-e', script]), { maxBytes: 1000, timeoutMs: 20_000 });
    expect(told.stdout.toString().trim()).toBe(b?.address);

    // Its port is tried from within its network as well as from here: an engine elsewhere is reached by no address of a lab.
    const listening = await beside.exec(0, ['node', '-e', SHOUTS]);
    if (a === undefined) throw new Error('no peer');
    const target = { fleet: fleetOfOne(engine), engine, lab: wish.name, peer: a };
    expect(await requireCapability(lab, 'dial').dial(0, 8099, { timeoutMs: 20_000 })).toBe(true);
    expect(await dialByHelper(target, settings, 8099, { timeoutMs: 20_000 })).toBe(true);
    expect(await dialByHelper(target, settings, 8098, { timeoutMs: 0 })).toBe(false);
    // Its ports are reached at this machine, whose gate is no peer.
    const published = await requireCapability(lab, 'ports').published();
    expect(published.map(({ index, port, protocol }) => [index, port, protocol])).toEqual([
      [0, 8099, 'tcp'],
      [0, 8098, 'udp'],
    ]);
    expect(await Promise.all(published.map(answered))).toEqual(['HELLO', 'HELLO']);
    expect(await lab.survey()).toHaveLength(3);
    await listening.kill();

    await lab.kill(0);
    await lab.start(0);
    expect(await started(await lab.channel(0))).toEqual({ ...first, count: 1 });
    await lab.stop(0);
    await lab.start(0);
    expect(await started(await lab.channel(0))).toEqual({ ...first, count: 2, ended: 'SIGINT' });
    expect(await volumesOf(wish.name)).toHaveLength(2);
    await lab.down();
    expect(await volumesOf(wish.name)).toEqual([]);
    expect(await containersOf(wish.name)).toEqual([]);
  });
});

test('a port that another program has is told before any peer starts, and nothing is left', async () => {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port: hostPort } = Object(server.address());
  const wish = plan(true);
  const needs = { ports: [{ port: 80, protocol: 'tcp' as const, hostPort }] };
  const peers = wish.peers.map(peer => ({ ...peer, needs: peer.index === 1 ? needs : {} }));
  try {
    await expect(driver.up({ ...wish, peers }, contextOf())).rejects.toMatchObject({
      code: 'CANNOT_CARRY',
      message: `b cannot be reached at 127.0.0.1:${hostPort}: it is taken by another program`,
    });
    expect(await containersOf(wish.name)).toEqual([]);
    expect(await driver.find(wish.name)).toBeUndefined();
  } finally {
    server.close();
  }
});
