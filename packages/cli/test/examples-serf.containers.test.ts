/** examples/programs/serf: Serf as it is, from its Debian package. The steps that take long are left to who runs the example. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, expect, it } from 'vitest';
import { ROOT, Surroundings, uniqueName } from './run-lab.ts';

const engine = await requireEngine();
const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
afterAll(() => around[Symbol.dispose]());

it(`is found by its peers, and tells an event to all of them: ${engine}`, { timeout: 120_000 }, async () => {
  const [shipped = ''] = readFileSync(join(ROOT, 'examples/programs/serf/serf.yaml'), 'utf8').split('\nscenario:');
  const name = uniqueName('serf');
  const path = join(around.folder, `${name}.yaml`);
  const text = shipped.replace('name: serf', `name: ${name}`).replace('peers: 6', 'peers: 3');
  writeFileSync(
    path,
    `${text}
scenario:
  - expect: { converged: all, within: 30s }
  - broadcast: n0
    expect: { reaches: all, within: 30s }
`,
  );
  const { stdout, status } = await around.lab(['test', path, '--driver', 'docker', '-f', 'json']);
  const [lab] = JSON.parse(stdout).labs;
  expect(lab.error).toBeUndefined();
  expect(lab.steps.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['proven', 'proven']);
  expect(status).toBe(0);
});
