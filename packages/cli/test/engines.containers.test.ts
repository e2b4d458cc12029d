/**
 * Three engines, by the command: made one Swarm; tried by a part of the suite and a round of the soak; one lab on them, proven, found by each,
 * cut from engine to engine, and what is left when an engine dies; taken apart. Each test goes on where the one before it ended: engines cost
 * seconds.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PeerClient, type PeerFacts } from '@peerlab/driver';
import { describeDriverConformance } from '@peerlab/driver/conformance';
import { createDockerDriver } from '@peerlab/driver-docker';
import { INSTALLATION } from '@peerlab/installation';
import { afterAll, expect, test } from 'vitest';
import { OwnEngines } from '../../driver-docker/test/own-engines.ts';
import { ROOT, Surroundings } from './run-lab.ts';
import { enginesSchema } from './schemas.ts';

/** The driver itself, as the command makes it. */
const driver = { peerBundle: INSTALLATION.peerProgram, version: INSTALLATION.version };

const engines = await OwnEngines.start(`cli${process.pid}`, 3, false);
const addresses = engines.specs.map(({ address }) => address);
afterAll(async () => await engines[Symbol.asyncDispose]());

/** How many peers of each engine are in which state. */
function statesOf(inspected: string): Record<string, number> {
  const { peers } = JSON.parse(inspected) as { peers: { engine: string; state: string }[] };
  const counts: Record<string, number> = {};
  for (const { engine, state } of peers) counts[`${engine} ${state}`] = (counts[`${engine} ${state}`] ?? 0) + 1;
  return counts;
}

/** The node ids that a peer has links to, asked of itself. */
async function neighboursOf(name: string, peer: string): Promise<readonly string[]> {
  const found = await createDockerDriver({ ...driver, engines: engines.specs }).find(name);
  const index = found?.peers.findIndex(one => one.name === peer) ?? -1;
  if (found === undefined || index < 0) throw new Error(`${peer} of ${name} is not found`);
  const client = new PeerClient(await found.channel(index), peer, index);
  try {
    await client.ready({ isNew: false, timeoutMs: 30_000 });
    const { links } = await client.request({ command: 'neighbours' });
    return links.map(link => link.peer);
  } finally {
    await found.close();
  }
}

/** `lab engines`, of those that a settings file names. */
async function manage(...words: readonly string[]) {
  using around = new Surroundings({ PEERLAB_DRIVERS: '-local', DOCKER_HOST: '' });
  around.env.PEERLAB_SETTINGS = join(around.folder, 'settings.yaml');
  const lines = engines.specs.map(({ name, endpoint }) => `  ${name}: ${endpoint}\n`);
  writeFileSync(around.env.PEERLAB_SETTINGS, `engines:\n${lines.join('')}`);
  const { status, document } = await around.json(['engines', ...words]);
  return { status, document };
}

test('engines that a firewall keeps apart are named with the port; asked, they become one Swarm', async () => {
  await engines.filter('c', '-I INPUT -p udp --dport 4789 -j DROP');
  const { status, document } = await manage('check');
  await engines.filter('c', '-D INPUT -p udp --dport 4789 -j DROP');
  const { engines: found, paths = [], problems } = enginesSchema.parse(document);
  expect(found.map(({ address, mtu }) => [address, mtu])).toEqual(addresses.map(address => [address, 1500]));
  const free = { '2377/tcp': 'open', '7946/tcp': 'open', '7946/udp': 'open', '4789/udp': 'open' };
  expect(paths.map(({ from, to, ports }) => [from, to, ports])).toEqual(
    ['bc', 'bd', 'cb', 'cd', 'db', 'dc'].map(([from, to]) => [
      from,
      to,
      to === 'c' ? { ...free, '4789/udp': 'none' } : free,
    ]),
  );
  expect([status, problems.map(({ message }) => message)]).toEqual([
    1,
    ['b', 'd'].map(from => `c does not answer ${from} at 4789/udp: packets between containers (VXLAN)`),
  ]);

  // Not agreed to: nothing happens.
  expect(enginesSchema.parse((await manage('join')).document)).toMatchObject({
    engines: [{ swarm: { role: 'none' } }, { swarm: { role: 'none' } }, { swarm: { role: 'none' } }],
    changes: [{ change: 'make', done: false }, { change: 'join' }, { change: 'join' }],
  });
  const joined = enginesSchema.parse((await manage('join', '--yes')).document);
  expect(joined.changes.map(({ done }) => done)).toEqual([true, true, true]);
  expect(joined.engines.map(({ swarm }) => [swarm.role, swarm.address])).toEqual([
    ['manager', addresses[0]],
    ['worker', addresses[1]],
    ['worker', addresses[2]],
  ]);
});

// A part of the suite: a whole run on three engines is PEERLAB_TEST_ENGINES=3, by hand.
describeDriverConformance({
  name: 'docker',
  createDriver: () => createDockerDriver({ ...driver, engines: engines.specs }),
  driverModule: new URL('../../driver-docker/test/docker-driver.mjs', import.meta.url).href,
  parts: ['repair'],
  capabilities: [],
  leftovers: async lab => await engines.leftovers(`dev.peerlab.lab=${lab}`),
  patienceMs: 60_000,
});

test('whatever goes wrong around a verb on three engines, it ends and tells the truth', async () => {
  const script = join(ROOT, 'scripts/chaos-soak.js');
  const named = engines.specs.map(({ name, endpoint }) => `${name}=${endpoint}`).join(',');
  const words = [script, '--engines', named, '--rounds', '1', '--seed', '66'];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  expect(stdout).toContain('1 rounds, 0 problems');
});

test('a ring on three engines is proven, partitioned by engine, and removed though an engine died', async () => {
  const name = `engines-${process.pid}`;
  // A worker of the Swarm: the labels of the lab lead from there to the other engines.
  using surroundings = new Surroundings({ PEERLAB_DRIVERS: '-local', DOCKER_HOST: engines.specs[1]?.endpoint });
  const ring = `name: ${name}\ntopology: { generator: ring, peers: 9 }\n`;
  const up = await surroundings.lab(['up', '-', '--place', 'n8=b', ...engines.words], ring);
  expect(up).toMatchObject({ status: 0, stdout: expect.stringContaining('3 of 9 links between engines') });
  expect(up.stderr).toMatch(/between engines: b-c [\d.]+ ms, [\d,.]+ MB\/s; /);

  const whole = await surroundings.lab(['inspect', name, '-f', 'json']);
  const { 'b running': onB = 0, 'c running': onC = 0, 'd running': onD = 0 } = statesOf(whole.stdout);
  expect([onB, onC, onD]).toEqual([3, 3, 3]);
  const { peers } = JSON.parse(whole.stdout) as { peers: { name: string; engine: string; nodeId: string }[] };
  expect(peers.find(peer => peer.name === 'n8')?.engine).toBe('b');
  expect(await manage('leave', '--yes')).toMatchObject({
    status: 3,
    document: { error: { message: `labs span these engines: ${name}` } },
  });

  const cut = await surroundings.lab(['fault', 'partition', name, '--engine', 'd']);
  expect(cut).toMatchObject({ status: 0, stdout: expect.stringContaining('2 links cut') });
  const apart = await surroundings.lab(['verify', name, '--check', 'broadcast']);
  expect(apart).toMatchObject({ status: 0, stdout: expect.stringContaining('each inside its own part') });
  expect(await surroundings.lab(['fault', 'heal', name])).toMatchObject({ status: 0 });

  // A pulled cable: the engine answers the lab, and the Swarm notices nothing for 13 to 16 s.
  const running = await createDockerDriver({ ...driver, engines: engines.specs }).find(name);
  if (running === undefined) throw new Error(`${name} is not found`);
  const whyUnseen = (facts: readonly PeerFacts[]): readonly (string | undefined)[] => [
    ...new Set(facts.filter(({ engine }) => engine === 'd').map(({ unseen }) => unseen)),
  ];
  await engines.filter('d', '-I INPUT -s 198.18.0.0/16 -j DROP');
  expect(whyUnseen(await running.survey())).toEqual([undefined]);
  expect(whyUnseen(await running.survey(true))).toEqual(['engine d is cut off from the others']);
  await engines.filter('d', '-D INPUT -s 198.18.0.0/16 -j DROP');
  expect(whyUnseen(await running.survey(true))).toEqual([undefined]);
  await running.close();

  // The one that manages the Swarm dies: what runs on the others stays linked, nothing new can start, and the cause has a name.
  engines.kill('b');
  // Its next neighbour in the ring is on d.
  const peerOnC = peers.findLast(({ engine }) => engine === 'c')?.name ?? '';
  for (const origin of [peerOnC, 'n8']) {
    const heard = await surroundings.process(['broadcast', name, origin, 'hello']);
    expect(heard).toMatchObject({ status: 3, stderr: expect.stringContaining('not proven: engine b does not answer') });
  }
  const rest = await surroundings.process(['inspect', name, '-f', 'json']);
  expect(statesOf(rest.stdout)).toEqual({ 'b unseen': onB, 'c running': onC, 'd running': onD });
  const held = await neighboursOf(name, peerOnC);
  expect(held).toContain(peers[(peers.findIndex(peer => peer.name === peerOnC) + 1) % peers.length]?.nodeId);
  const repair = await surroundings.process(['up', '-', '--no-verify', ...engines.words], ring);
  expect([repair.status, repair.stderr]).toEqual([
    3,
    expect.stringContaining('engine b does not answer, and it manages the Swarm: nothing can be started on the others'),
  ]);
  await engines.restart();

  // A worker dies: what is left is removed where it can be, and the rest is named.
  engines.kill('d');
  const claim = await surroundings.process(['verify', name]);
  expect(claim).toMatchObject({ status: 3, stderr: expect.stringContaining('not proven: engine d does not answer') });
  const half = await surroundings.process(['down', name]);
  expect(half).toMatchObject({ status: 3, stderr: expect.stringContaining('engine d') });
  await engines.restart();
  expect(await surroundings.lab(['down', name, ...engines.words])).toMatchObject({ status: 0 });
  expect(await engines.leftovers()).toEqual([]);
});

test('what was made is taken apart: the workers, then the Swarm', async () => {
  const { changes, engines: left } = enginesSchema.parse((await manage('leave', '--yes')).document);
  expect(changes).toEqual(['c', 'd', 'b'].map(engine => ({ engine, change: 'leave', done: true })));
  expect(left.map(({ swarm }) => swarm.role)).toEqual(['none', 'none', 'none']);
});
