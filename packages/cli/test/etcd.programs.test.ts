/** examples/programs/etcd: one leader, a majority that goes on, a minority that refuses, and one history after the healing. */
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, expect, it } from 'vitest';
import { runExample } from './program-example.ts';
import { Surroundings } from './run-lab.ts';

await requireEngine();
const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
afterAll(() => around[Symbol.dispose]());

it('etcd is proven through a kill, a partition and both healings', { timeout: 240_000 }, async () => {
  const { status, claims } = await runExample(around, 'examples/programs/etcd/etcd.yaml', 'docker');
  expect(claims).toEqual([
    'proven: expect: 5 peers, connected; each lists 4',
    'proven: exec etcdctl endpoint status --cluster on n0, n1, n2 and 2 more',
    'proven: broadcast from n0',
    'proven: kill n0',
    'proven: exec etcdctl endpoint health on n1, n2, n3, n4',
    'proven: broadcast from n1',
    'proven: heal',
    'proven: the peers find each other',
    'proven: broadcasts reach every peer once',
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
