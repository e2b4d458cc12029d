/** examples/programs/libp2p: peers find each other by kad-dht, hear each other by gossipsub, and come together again. It installs its own dependencies. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installExample } from './install-example.ts';
import { runExample } from './program-example.ts';
import { ROOT, Surroundings } from './run-lab.ts';

await requireEngine();
const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
const FILE = 'examples/programs/libp2p/libp2p.yaml';
const BEFORE_THE_PARTITION = [
  'proven: expect: 4 peers, connected; each lists 3',
  'proven: broadcast from n3',
  'proven: kill n1',
  'proven: expect: 3 peers, connected; each lists 2',
  'proven: broadcast from n0',
  'proven: heal',
  'proven: the peers find each other',
];
/** Beside the files that it names. */
const WITHOUT_PARTITION = `examples/programs/libp2p/whole-${process.pid}.yaml`;

beforeAll(async () => await installExample('programs/libp2p'), 300_000);
afterAll(() => {
  rmSync(join(ROOT, WITHOUT_PARTITION), { force: true });
  around[Symbol.dispose]();
});

it('libp2p is proven through a kill, a partition and both healings', { timeout: 600_000 }, async () => {
  const { status, claims } = await runExample(around, FILE, 'docker');
  expect(claims).toEqual([
    ...BEFORE_THE_PARTITION,
    'proven: partition n0, n1 | n2, n3',
    'proven: exec node chat.js peers {data} on n0',
    'proven: broadcast from n2',
    'proven: heal',
    'proven: the peers find each other',
    'proven: broadcasts reach every peer once',
  ]);
  expect(status).toBe(0);
});

it('libp2p is proven on local processes, which cannot be parted, through a kill', { timeout: 600_000 }, async () => {
  const [upToThere = ''] = readFileSync(join(ROOT, FILE), 'utf8').split('  - fault: { partition');
  writeFileSync(join(ROOT, WITHOUT_PARTITION), upToThere);
  const { status, claims } = await runExample(around, WITHOUT_PARTITION, 'local');
  expect(claims).toEqual(BEFORE_THE_PARTITION);
  expect(status).toBe(0);
});
