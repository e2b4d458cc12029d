/** `lab engines` on two engines of the test's own, which the settings file names. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { OwnEngines } from '../../driver-docker/test/own-engines.ts';
import { Surroundings, uniqueName } from './run-lab.ts';
import { enginesSchema, inspectSchema } from './schemas.ts';

const own = await OwnEngines.start(`verb${process.pid}`, 2, false);
const around = new Surroundings({ DOCKER_HOST: process.env.DOCKER_HOST });
const [b, c] = own.specs;
const settings = `engines:\n  b: ${b?.endpoint}\n  c: { endpoint: "${c?.endpoint}", weight: 0.5 }\n`;
around.env.PEERLAB_SETTINGS = join(around.folder, 'settings.yaml');
writeFileSync(around.env.PEERLAB_SETTINGS, settings);
const name = uniqueName('spanning');

afterAll(async () => {
  await around.lab(['down', name]);
  around[Symbol.dispose]();
  await own[Symbol.asyncDispose]();
});

const engines = async (...words: readonly string[]) => {
  const { status, document } = await around.json(['engines', ...words]);
  return { status, ...enginesSchema.parse(document) };
};
const roles = async () => (await engines('ls')).engines.map(({ swarm }) => swarm.role);
const docker = (...words: readonly string[]) =>
  execFileSync('docker', ['--host', b?.endpoint ?? '', ...words], { stdio: 'ignore' });

it('shows addresses, and names the port that a firewall closes, on the engine that it closes', async () => {
  await own.filter('c', '-I INPUT -p udp --dport 4789 -j DROP');
  const { status, engines: found, paths = [], problems } = await engines('check');
  await own.filter('c', '-D INPUT -p udp --dport 4789 -j DROP');
  expect(found.map(({ name: at, address, mtu, swarm }) => [at, address, mtu, swarm.role])).toEqual([
    ['b', b?.address, 1500, 'none'],
    ['c', c?.address, 1500, 'none'],
  ]);
  const free = { '2377/tcp': 'open', '7946/tcp': 'open', '7946/udp': 'open', '4789/udp': 'open' };
  expect(paths.map(({ from, to, ports }) => [from, to, ports])).toEqual([
    ['b', 'c', { ...free, '4789/udp': 'none' }],
    ['c', 'b', free],
  ]);
  expect(problems.map(({ engine, message }) => [engine, message])).toEqual([
    ['c', 'c does not answer b at 4789/udp: packets between containers (VXLAN)'],
  ]);
  expect(status).toBe(1);
});

it('asks first, makes one Swarm, and takes out what it put in, the Swarm with it', async () => {
  expect((await engines('join')).changes).toEqual([
    { engine: 'b', change: 'make', done: false },
    { engine: 'c', change: 'join', done: false },
  ]);
  expect(await roles()).toEqual(['none', 'none']);
  const joined = await engines('join', '--yes');
  expect(joined.changes.map(({ done }) => done)).toEqual([true, true]);
  expect(joined.engines.map(({ swarm }) => [swarm.role, swarm.address])).toEqual([
    ['manager', b?.address],
    ['worker', c?.address],
  ]);
  expect((await engines('join', '--yes')).changes).toEqual([]);

  // While a lab spans them, they stay. Its peers are placed by weights of the settings file and by hand.
  const up = ['up', 'topologies/custom-chat.yaml', '--name', name, '--no-verify', '--place', 'dave=c'];
  expect((await around.lab(up)).status).toBe(0);
  const { peers } = inspectSchema.parse((await around.json(['inspect', name])).document);
  expect(peers.filter(({ engine }) => engine !== 'b').map(peer => [peer.name, peer.engine])).toEqual([['dave', 'c']]);
  const refused = await around.lab(['engines', 'leave', '--yes']);
  expect([refused.status, refused.stderr]).toEqual([3, expect.stringContaining(`labs span these engines: ${name}`)]);
  await around.lab(['down', name]);

  expect((await engines('leave', '--yes')).changes).toEqual([
    { engine: 'c', change: 'leave', done: true },
    { engine: 'b', change: 'leave', done: true },
  ]);
  expect(await roles()).toEqual(['none', 'none']);
});

it('uses the Swarm of an engine, and leaves that as it was', async () => {
  docker('swarm', 'init', '--advertise-addr', b?.address ?? '');
  expect((await engines('join', '--yes')).changes).toEqual([{ engine: 'c', change: 'join', done: true }]);
  expect((await engines('leave', '--yes')).changes).toEqual([
    { engine: 'c', change: 'leave', done: true },
    { engine: 'b', change: 'stay', done: false, why: 'it was in its Swarm before' },
  ]);
  expect(await roles()).toEqual(['manager', 'none']);
});
