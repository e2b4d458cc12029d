/** Peers that share containers: each has its own address, and is faulted, heard and started alone. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, expect, it } from 'vitest';
import { Surroundings, uniqueName } from './run-lab.ts';
import { inspectSchema, lsSchema, messageSchema, upSchema } from './schemas.ts';

const engine = await requireEngine();
const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
const name = uniqueName('packed');
const words = ['up', join(around.folder, 'ring.yaml'), '--name', name, '--driver', 'docker', '--pack', '3'];
writeFileSync(join(around.folder, 'ring.yaml'), 'topology: { generator: ring, peers: 6 }\n');

afterAll(async () => {
  await around.lab(['down', name]);
  around[Symbol.dispose]();
}, 60_000);

async function done(...command: string[]): Promise<string> {
  const { status, stdout, stderr } = await around.lab(command);
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  return stdout;
}

/** Whom a broadcast of n0 reaches. */
async function reached(): Promise<readonly string[]> {
  const { status, document } = await around.json(['broadcast', name, 'n0', 'hello']);
  const { received, explanations } = messageSchema.parse(document);
  expect([status, explanations]).toEqual([0, []]);
  return received.map(({ peer }) => peer);
}

it(`six peers in two containers: proven, broken one by one, repaired, gone: ${engine}`, async () => {
  const { status, document } = await around.json(words);
  const lab = upSchema.parse(document);
  expect([status, lab.passed]).toEqual([0, true]);
  expect(lab.checks.map(({ verdict }) => verdict)).toEqual(['proven', 'proven', 'proven', 'proven']);
  expect(new Set(lab.peers.map(({ address }) => address)).size).toBe(6);
  expect(new Set(lab.peers.map(({ containerId }) => containerId)).size).toBe(2);

  // Two of one container at once, beside one that stays: neither it nor the other container gets through.
  await done('fault', 'isolate', name, 'n1', 'n2');
  await done('fault', 'pause', name, 'n4');
  const { document: inspected } = await around.json(['inspect', name]);
  const states = new Map(inspectSchema.parse(inspected).peers.map(peer => [peer.name, peer.state]));
  expect([...states.values()]).toEqual(['running', 'isolated', 'isolated', 'running', 'paused', 'running']);
  expect(await reached()).toEqual(['n5']);
  await done('fault', 'heal', name);
  await done('fault', 'kill', name, 'n3');
  expect(await done('exec', name, 'n4', '--', 'node', '-p', 'process.env.PEERLAB_NAME')).toBe('n4\n');
  const log = await done('logs', name, 'n3', '--raw');
  expect(log).toContain(`"nodeId":"${lab.peers[3]?.nodeId}"`);
  expect(log).not.toContain(`"nodeId":"${lab.peers[4]?.nodeId}"`);

  // What is missing comes back by the same command: a peer, and a container with all of its peers.
  execFileSync('docker', ['kill', lab.peers[0]?.containerId ?? ''], { stdio: 'ignore' });
  const { labs } = lsSchema.parse((await around.json(['ls'])).document);
  expect(labs.find(each => each.name === name)).toMatchObject({ peers: 6, running: 2 });
  const again = await around.json(words);
  expect([again.status, upSchema.parse(again.document).passed]).toEqual([0, true]);
  await done('down', name);
  const left = ['ps', '--all', '--quiet', '--filter', `label=dev.peerlab.lab=${name}`];
  expect(execFileSync('docker', left, { encoding: 'utf8' })).toBe('');
});
