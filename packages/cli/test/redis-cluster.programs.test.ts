/** examples/programs/redis-cluster: what was written is read at every node, a replica takes over, and a minority refuses. */
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, expect, it } from 'vitest';
import { runExample } from './program-example.ts';
import { Surroundings } from './run-lab.ts';

await requireEngine();
const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
afterAll(() => around[Symbol.dispose]());

it('redis-cluster is proven through a kill, a partition and both healings', { timeout: 600_000 }, async () => {
  const { status, claims } = await runExample(around, 'examples/programs/redis-cluster/redis-cluster.yaml', 'docker');
  expect(claims).toEqual([
    'proven: expect: 6 peers, connected; each lists 5; 30 of 30 pairs',
    'proven: broadcast from n0',
    'proven: kill n0',
    'proven: exec redis-cli -h {address} -p {port} cluster nodes on n1, n2, n3 and 2 more',
    'proven: exec redis-cli -c -h {address} -p {port} get key-of-n0 on n1, n2, n3 and 2 more',
    'proven: heal',
    'proven: the peers find each other',
    'proven: exec redis-cli -h {address} -p {port} role on n0',
    'proven: partition n1, n3 | n0, n2, n4, n5',
    'proven: exec redis-cli -c -h {address} -p {port} set during {name} on n1, n3',
    'proven: exec redis-cli -c -h {address} -p {port} set during {name} on n5',
    'proven: heal',
    'proven: the peers find each other',
    'proven: exec redis-cli -c -h {address} -p {port} get during on n0, n1, n2 and 3 more',
  ]);
  expect(status).toBe(0);
});
