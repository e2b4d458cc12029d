/** examples/programs/etcd: one leader, a majority that goes on, a minority that refuses, and one history after the healing. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, expect, it } from 'vitest';
import { runExample } from './program-example.ts';
import { ROOT, Surroundings } from './run-lab.ts';

await requireEngine();
const { DOCKER_HOST, PATH } = process.env;
const containers = new Surroundings({ DOCKER_HOST });
afterAll(() => containers[Symbol.dispose]());

const FILE = 'examples/programs/etcd/etcd.yaml';

/** What needs no partition. */
const FIRST_CLAIMS = [
  'proven: expect: 5 peers, connected; each lists 4',
  'proven: exec etcdctl endpoint status --cluster on n0, n1, n2 and 2 more',
  'proven: broadcast from n0',
  'proven: kill n0',
  'proven: exec etcdctl endpoint health on n1, n2, n3, n4',
  'proven: broadcast from n1',
  'proven: heal',
  'proven: the peers find each other',
  'proven: broadcasts reach every peer once',
];

it('etcd is proven through a kill, a partition and both healings', { timeout: 600_000 }, async () => {
  const { status, claims } = await runExample(containers, FILE, 'docker');
  expect(claims).toEqual([
    ...FIRST_CLAIMS,
    'proven: partition n0, n1 | n2, n3, n4',
    'proven: exec etcdctl put {name} during on n2, n3, n4',
    'proven: broadcast from n0',
    'proven: exec etcdctl get --consistency=s n2 on n0, n1',
    'proven: heal',
    'proven: the peers find each other',
    'proven: broadcasts reach every peer once',
    'proven: exec etcdctl get n2 on n0, n1, n2 and 2 more',
  ]);
  expect(status).toBe(0);
});

it('etcd on processes of this machine is proven up to the partition', { timeout: 120_000 }, async () => {
  using around = new Surroundings();
  const packages = join(around.folder, 'packages');
  mkdirSync(packages);
  execFileSync('apt-get', ['download', '-q', 'etcd-server', 'etcd-client'], { cwd: packages, stdio: 'pipe' });
  for (const name of readdirSync(packages)) execFileSync('dpkg-deb', ['-x', join(packages, name), around.folder]);
  around.env.PATH = `${join(around.folder, 'usr/bin')}:${PATH}`;
  const [shipped = ''] = readFileSync(join(ROOT, FILE), 'utf8').split(/\n *- fault: { partition/);
  const file = join(around.folder, 'etcd.yaml');
  writeFileSync(file, `${shipped}\n`);
  const { status, claims } = await runExample(around, file, 'local');
  expect(claims).toEqual(FIRST_CLAIMS);
  expect(status).toBe(0);
});
