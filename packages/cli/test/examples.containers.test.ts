/** The examples as containers, with this machine's own Python and Node: no registry is asked. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { engineRequired } from '@peerlab/driver-docker';
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
  async function isProven(file: string, peers: number): Promise<void> {
    const name = uniqueName('example');
    made.push(name);
    const words = ['up', file, '--name', name, '--driver', 'docker'];
    const { status, document } = await around.json(words);
    const lab = upSchema.parse(document);
    expect([status, lab.passed, lab.driver]).toEqual([0, true, 'docker']);
    expect(new Set(lab.peers.map(({ address }) => address)).size).toBe(peers);
    await around.lab(['down', name]);
  }

  it.each([
    ['python-peer/ring.yaml', 10],
    ['tutorial-peer/mended.yaml', 8],
    ['maelstrom/grid.yaml', 9],
  ])('%s is proven', async (file, peers) => await isProven(join(ROOT, 'examples', file), peers));

  it('libp2p-peer/ring.yaml is proven, with its own dependencies', async () => {
    // Of its own: the example's folder is installed into by others.
    const folder = mkdtempSync(join(tmpdir(), 'libp2p-peer-'));
    try {
      const example = join(ROOT, 'examples/libp2p-peer');
      cpSync(example, folder, { recursive: true, filter: path => basename(path) !== 'node_modules' });
      await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
      await isProven(join(folder, 'ring.yaml'), 6);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
