/** What `lab init` makes in one language: a folder from which a proven lab comes, and a CI file whose steps run. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSTALLATION } from '@peerlab/installation';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Surroundings, uniqueName } from './run-lab.ts';
import { initSchema, upSchema } from './schemas.ts';

/** A new folder, which goes with the surroundings. */
export function emptyFolder(around: Surroundings): string {
  return mkdtempSync(join(around.folder, 'init-'));
}

/** Declares the tests of a language. */
export function describeInit(language: 'js' | 'python', around: Surroundings): void {
  describe(`lab init --language ${language}`, { timeout: 120_000 }, () => {
    const folder = emptyFolder(around);
    beforeAll(async () => {
      const { stdout } = await around.labIn(folder, ['init', '--language', language, '-f', 'json']);
      const document = initSchema.parse(JSON.parse(stdout));
      expect(readdirSync(folder, { recursive: true })).toEqual(expect.arrayContaining([...document.files]));
    });

    it('and lab up, and nothing else, make a proven lab of three', async () => {
      const words = ['up', 'ring-3.yaml', '--name', uniqueName(language), '--driver', 'local', '-f', 'json'];
      const { status, stdout } = await around.labIn(folder, words);
      const { peers, checks, passed } = upSchema.parse(JSON.parse(stdout));
      expect([status, passed, peers.length]).toEqual([0, true, 3]);
      expect(JSON.stringify(checks)).toContain('6 of 6, each once; 12 frames, predicted 12');
    });

    it('writes a CI file whose steps run here: the peer breaks no clause, and a lab of it is proven', async () => {
      const text = readFileSync(join(folder, '.github/workflows/lab.yml'), 'utf8');
      const { env, jobs } = parse(text) as { env: object; jobs: { lab: { steps: { run?: string }[] } } };
      const runs = jobs.lab.steps.flatMap(({ run }) => run ?? []);
      // It installs the tarball that `npm run pack` writes; packages/peerlab/test installs that.
      expect(env).toEqual({ PEERLAB: `./peerlab-${INSTALLATION.version}.tgz` });
      expect(runs.shift()).toBe('npm install --global "$PEERLAB"');
      expect(runs.map(run => run.split(' ').slice(0, 2))).toEqual([
        ['lab', 'conform'],
        ['lab', 'test'],
      ]);
      for (const run of runs) {
        const { status, stderr } = await around.labIn(folder, run.split(' ').slice(1));
        expect([run, status, status === 0 ? '' : stderr]).toEqual([run, 0, '']);
      }
      expect(readFileSync(join(folder, 'conform.xml'), 'utf8')).toContain(
        'tests="50" failures="0" errors="0" skipped="16"',
      );
    });
  });
}
