/** examples/programs/yggdrasil: every overlay address is reached, also the long way round, and none through a partition. */
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, expect, it } from 'vitest';
import { runExample } from './program-example.ts';
import { Surroundings } from './run-lab.ts';

await requireEngine();
const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
afterAll(() => around[Symbol.dispose]());

it('yggdrasil is proven through a kill, a partition and both healings', { timeout: 600_000 }, async () => {
  const { status, claims } = await runExample(around, 'examples/programs/yggdrasil/yggdrasil.yaml', 'docker');
  expect(claims).toEqual([
    'proven: expect: 5 of 5 links up; 20 of 20 pairs',
    'proven: kill n1',
    'proven: expect: 12 of 12 pairs',
    'proven: exec ping -6 -n -c 1 -W 2 {n1.overlay} on n0',
    'proven: heal',
    'proven: the links are as drawn',
    'proven: expect: 2 of 2 pairs',
    'proven: partition n0, n1 | n2, n3, n4',
    'proven: exec yggdrasilctl -endpoint=unix://{data}/control getpeers on n0, n1',
    'proven: exec yggdrasilctl -endpoint=unix://{data}/control getpeers on n2, n3, n4',
    'proven: exec ping -6 -n -c 1 -W 2 {n3.overlay} on n0',
    'proven: expect: 8 of 8 pairs',
    'proven: heal',
    'proven: the links are as drawn',
    'proven: expect: 20 of 20 pairs',
  ]);
  expect(status).toBe(0);
});
