/** `lab init`: from an empty folder to a proven lab; and the README's tutorial, line by line. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSTALLATION } from '@peerlab/installation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT, Surroundings, uniqueName } from './run-lab.ts';
import { initSchema, upSchema } from './schemas.ts';

const around = new Surroundings();
afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

function emptyFolder(): string {
  return mkdtempSync(join(around.folder, 'init-'));
}

describe.each(['js', 'python'] as const)('lab init --language %s', { timeout: 120_000 }, language => {
  const folder = emptyFolder();
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
      'tests="42" failures="0" errors="0" skipped="11"',
    );
  });
});

describe('the two languages', () => {
  it('make one proven lab', async () => {
    const folder = emptyFolder();
    await around.labIn(folder, ['init', 'js']);
    await around.labIn(folder, ['init', 'py', '--language', 'python']);
    writeFileSync(
      join(folder, 'mixed.yaml'),
      `name: ${uniqueName('mixed')}
topology: { generator: random-regular, peers: 8, degree: 3 }
kinds: { js: { command: node js/peer.mjs }, py: { command: python3 py/peer.py, peers: 4 } }
defaults: { kind: js }
`,
    );
    const { status, stdout } = await around.labIn(folder, ['up', 'mixed.yaml', '--driver', 'local', '-f', 'json']);
    expect([status, upSchema.parse(JSON.parse(stdout)).passed]).toEqual([0, true]);
  });
});

describe('lab init in a folder', () => {
  it('that is not empty writes nothing, and says what is there', async () => {
    const folder = emptyFolder();
    for (const name of ['d', 'c', 'b', 'a']) writeFileSync(join(folder, name), name);
    const { status, stderr } = await around.labIn(folder, ['init']);
    expect(status).toBe(2);
    expect(stderr).toContain('this folder is not empty: it contains a, b, c and 1 more; nothing was written');
    expect(stderr).toContain('lab init NAME creates a new folder');
    expect(readdirSync(folder).sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('that holds only a repository just begun counts as empty', async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, '.git'));
    expect((await around.labIn(folder, ['init'])).status).toBe(0);
  });
});

describe('the tutorial of docs/YOUR-OWN-PEER.md', () => {
  const page = readFileSync(join(ROOT, 'docs/YOUR-OWN-PEER.md'), 'utf8');
  const blocks = [...page.matchAll(/<!-- tutorial -->\n```\n(.*?)```/gs)].map(([, block = '']) => block);

  it('prints what it says, command by command', async () => {
    const folder = emptyFolder();
    const steps = blocks
      .join('')
      .split(/^\$ lab /m)
      .slice(1);
    expect(steps.length).toBe(5);
    for (const step of steps) {
      const [command = '', ...lines] = step.trimEnd().split('\n');
      const { status, stdout, stderr } = await around.labIn(folder, command.split(' '));
      expect([command, status, status === 0 ? '' : stderr]).toEqual([command, 0, '']);
      for (const line of lines) expect(stdout).toContain(line);
    }
  }, 120_000);
});
