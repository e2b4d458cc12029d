/** Peers that share containers: each has its own address, and is faulted, heard and started alone. */
import { execFileSync } from 'node:child_process';
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, expect, it } from 'vitest';
import { Surroundings, uniqueName } from './run-lab.ts';
import { inspectSchema, lsSchema, messageSchema, upSchema } from './schemas.ts';

const engine = await requireEngine();
const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
const name = uniqueName('packed');
const words = ['up', 'topologies/ring-20.yaml', '--name', name, '--driver', 'docker', '--pack', '5'];

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

it(`twenty peers in four containers: proven, broken one by one, repaired, gone: ${engine}`, async () => {
  const { status, document } = await around.json(words);
  const lab = upSchema.parse(document);
  expect([status, lab.passed]).toEqual([0, true]);
  expect(lab.checks.map(({ verdict }) => verdict)).toEqual(['proven', 'proven', 'proven', 'proven']);
  expect(new Set(lab.peers.map(({ address }) => address)).size).toBe(20);
  expect(new Set(lab.peers.map(({ containerId }) => containerId)).size).toBe(4);

  // In a container with neighbours that stay: neither they nor others get through.
  await done('fault', 'isolate', name, 'n5', 'n7');
  const before = await reached();
  expect(before).toHaveLength(16);
  expect(before).toEqual(expect.arrayContaining(['n4', 'n8']));
  await done('fault', 'heal', name);
  await done('fault', 'pause', name, 'n3');
  await done('fault', 'kill', name, 'n12');
  const { document: inspected } = await around.json(['inspect', name]);
  const states = new Map(inspectSchema.parse(inspected).peers.map(peer => [peer.name, peer.state]));
  expect([states.get('n3'), states.get('n12'), states.get('n11')]).toEqual(['paused', 'stopped', 'running']);
  expect(await reached()).toEqual(expect.not.arrayContaining(['n3', 'n12', 'n4']));
  expect(await done('exec', name, 'n4', '--', 'node', '-p', 'process.env.PEERLAB_NAME')).toBe('n4\n');
  const log = await done('logs', name, 'n12', '--raw');
  expect(log).toContain(`"nodeId":"${lab.peers[12]?.nodeId}"`);
  expect(log).not.toContain(`"nodeId":"${lab.peers[11]?.nodeId}"`);

  // What is missing comes back by the same command; what is paused stays so.
  await done('fault', 'heal', name);
  execFileSync('docker', ['kill', lab.peers[0]?.containerId ?? ''], { stdio: 'ignore' });
  const { labs } = lsSchema.parse((await around.json(['ls'])).document);
  expect(labs.find(each => each.name === name)).toMatchObject({ peers: 20, running: 15 });
  const again = await around.json(words);
  expect([again.status, upSchema.parse(again.document).passed]).toEqual([0, true]);
  await done('down', name);
  const left = ['ps', '--all', '--quiet', '--filter', `label=dev.peerlab.lab=${name}`];
  expect(execFileSync('docker', left, { encoding: 'utf8' })).toBe('');
});
