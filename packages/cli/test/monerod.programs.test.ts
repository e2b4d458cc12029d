/** examples/programs/monerod: blocks reach all, a daemon catches up, and after a split the longer chain wins. */
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, expect, it } from 'vitest';
import { runExample } from './program-example.ts';
import { Surroundings } from './run-lab.ts';

await requireEngine();
const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
afterAll(() => around[Symbol.dispose]());

it('monerod is proven through a kill, a partition and both healings', { timeout: 600_000 }, async () => {
  const { status, claims } = await runExample(around, 'examples/programs/monerod/monerod.yaml', 'docker');
  expect(claims).toEqual([
    'proven: expect: 4 peers, connected; each lists 3',
    'proven: broadcast from n0',
    'proven: kill n3',
    'proven: broadcast from n1',
    'proven: heal',
    'proven: the peers find each other',
    'proven: exec curl -s http://127.0.0.1:18081/get_info on n0, n1, n2, n3',
    'proven: partition n0, n1 | n2, n3',
    'proven: broadcast from n0',
    'proven: broadcast from n2, round 1',
    'proven: heal',
    'proven: the peers find each other',
    'proven: exec curl -s http://127.0.0.1:18081/get_info on n0, n1, n2, n3',
  ]);
  expect(status).toBe(0);
});
