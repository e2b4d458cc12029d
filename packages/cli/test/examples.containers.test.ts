/** The examples as containers, with this machine's own Python and Node. */
import { join } from 'node:path';
import { requireEngine } from '@peerlab/driver-docker';
import { afterAll, describe, expect, it } from 'vitest';
import { installExample } from './install-example.ts';
import { ROOT, Surroundings, uniqueName } from './run-lab.ts';
import { upSchema } from './schemas.ts';

const engine = await requireEngine();
const { DOCKER_HOST } = process.env;
const around = new Surroundings({ DOCKER_HOST });
const made: string[] = [];

/** For a lab with an image of its own, beside other tests on few processors, in milliseconds: the lab's own bounds are to end it first. */
const PATIENCE_MS = 300_000;

afterAll(async () => {
  for (const name of made) await around.lab(['down', name]);
  around[Symbol.dispose]();
}, PATIENCE_MS);

describe(`examples on containers: ${engine}`, { timeout: PATIENCE_MS }, () => {
  async function isProven(file: string, peers: number): Promise<string> {
    const name = uniqueName('example');
    made.push(name);
    const words = ['up', file, '--name', name, '--driver', 'docker'];
    const { status, document } = await around.json(words);
    expect(status, JSON.stringify(document)).toBe(0);
    const lab = upSchema.parse(document);
    expect([lab.passed, lab.driver]).toEqual([true, 'docker']);
    expect(new Set(lab.peers.map(({ address }) => address)).size).toBe(peers);
    await around.lab(['down', name]);
    return JSON.stringify(lab.checks);
  }

  it("a ring of ten, five in Python and five of the project's own, is proven to the frame", async () => {
    const checks = await isProven(join(ROOT, 'examples/python-peer/ring.yaml'), 10);
    expect(checks).toContain('90 of 90, each once; 110 frames, predicted 110');
  });

  it('libp2p-peer/ring.yaml is proven, with its own dependencies', async () => {
    await installExample('libp2p-peer');
    await isProven(join(ROOT, 'examples/libp2p-peer/ring.yaml'), 6);
  });
});
