/** examples/programs/aria2: a file reaches all who know its hash, by the DHT, also without its first owner and after a partition. */
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, expect, it } from 'vitest';
import { runExample } from './program-example.ts';
import { Surroundings } from './run-lab.ts';

await requireEngine();
const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
afterAll(() => around[Symbol.dispose]());

it('aria2 is proven through a kill, a partition and both healings', { timeout: 600_000 }, async () => {
  const { status, claims } = await runExample(around, 'examples/programs/aria2/aria2.yaml', 'docker');
  expect(claims).toEqual([
    'proven: exec sha256sum {data}/numbers on n0, n1, n2 and 2 more',
    'proven: kill n4',
    'proven: exec rm {data}/numbers on n1',
    'proven: restart n1',
    'proven: exec sha256sum {data}/numbers on n1',
    'proven: heal',
    'proven: partition n0, n1, n4 | n2, n3',
    'proven: exec rm {data}/numbers on n2, n3',
    'proven: restart n2, n3',
    'proven: exec dash -c "sleep 20; ls {data}" on n2, n3',
    'proven: heal',
    'proven: exec sha256sum {data}/numbers on n0, n1, n2 and 2 more',
  ]);
  expect(status).toBe(0);
});
