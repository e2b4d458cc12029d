/** examples/programs/serf: agents are found, told an event, killed, cut in two and healed. */
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, expect, it } from 'vitest';
import { runExample } from './program-example.ts';
import { Surroundings } from './run-lab.ts';

await requireEngine();
const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
afterAll(() => around[Symbol.dispose]());

it('serf is proven through a kill, a partition and both healings', { timeout: 600_000 }, async () => {
  const { status, claims } = await runExample(around, 'examples/programs/serf/serf.yaml', 'docker');
  expect(claims).toEqual([
    'proven: expect: 6 peers, connected; each lists 5',
    'proven: broadcast from n0',
    'proven: kill n5',
    'proven: exec serf members on n0, n1, n2 and 2 more',
    'proven: heal',
    'proven: the peers find each other',
    'proven: partition n0, n1, n2 | n3, n4, n5',
    'proven: exec serf members -status=alive on n0',
    'proven: heal',
    'proven: the peers find each other',
    'proven: broadcasts reach every peer once',
  ]);
  expect(status).toBe(0);
});
