/** The examples as containers, with this machine's own Python and Node: no registry is asked. */
import { join } from 'node:path';
import { engineRequired } from '@peerlab/orchestrator/drivers/docker';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, Surroundings, uniqueName } from './run-lab.ts';
import { upSchema } from './schemas.ts';

const engine = await engineRequired();
const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
const made: string[] = [];

afterAll(async () => {
  for (const name of made) await around.lab(['down', name]);
  around[Symbol.dispose]();
}, 120_000);

describe.skipIf(engine.skip)(`examples on containers: ${engine.reason}`, { timeout: 120_000 }, () => {
  it.each([
    ['python-peer/ring.yaml', 10],
    ['tutorial-peer/mended.yaml', 8],
    ['maelstrom/grid.yaml', 9],
  ])('%s is proven', async (file, peers) => {
    const name = uniqueName('example');
    made.push(name);
    const words = ['up', join(ROOT, 'examples', file), '--name', name, '--driver', 'docker'];
    const { status, document } = await around.json(words);
    const lab = upSchema.parse(document);
    expect([status, lab.passed, lab.driver]).toEqual([0, true, 'docker']);
    expect(new Set(lab.peers.map(({ address }) => address)).size).toBe(peers);
    await around.lab(['down', name]);
  });
});
