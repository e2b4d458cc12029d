/**
 * Three engines, by the command: made one Swarm; one lab on them, proven, found by each, cut from engine to engine, and what is left when
 * an engine dies; taken apart. Each test goes on where the one before it ended: engines cost seconds.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { OwnEngines } from '../../driver-docker/test/own-engines.ts';
import { Surroundings } from './run-lab.ts';
import { enginesSchema } from './schemas.ts';

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

test('a ring on three engines is proven, partitioned by engine, and removed though an engine died', async () => {
  const name = `engines-${process.pid}`;
  // A worker of the Swarm: the labels of the lab lead from there to the other engines.
  using surroundings = new Surroundings({ PEERLAB_DRIVERS: '-local', DOCKER_HOST: engines.specs[1]?.endpoint });
  const ring = `name: ${name}\ntopology: { generator: ring, peers: 9 }\n`;
  const up = await surroundings.lab(['up', '-', '--place', 'n8=b', ...engines.words], ring);
  expect(up).toMatchObject({ status: 0, stdout: expect.stringContaining('3 of 9 links between engines') });
  expect(up.stderr).toMatch(/round trips between engines: b-c [\d.]+ ms, /);

  const whole = await surroundings.lab(['inspect', name, '-f', 'json']);
  const { 'b running': onB = 0, 'c running': onC = 0, 'd running': onD = 0 } = statesOf(whole.stdout);
  expect([onB, onC, onD]).toEqual([3, 3, 3]);
  const { peers } = JSON.parse(whole.stdout) as { peers: { name: string; engine: string }[] };
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

  engines.kill('d');
  for (const words of [['verify'], ['broadcast', 'n0', 'hello']]) {
    const [verb = '', ...rest] = words;
    const claim = await surroundings.lab([verb, name, ...rest]);
    expect(claim).toMatchObject({ status: 3, stderr: expect.stringContaining('not proven: engine d does not answer') });
  }
  const rest = await surroundings.lab(['inspect', name, '-f', 'json']);
  expect(statesOf(rest.stdout)).toEqual({ 'b running': onB, 'c running': onC, 'd unseen': onD });
  const half = await surroundings.lab(['down', name]);
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
