/** `lab init`: from an empty folder to a proven lab, or to one of the catalogue; and the README's tutorial, line by line. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeInit, emptyFolder } from './init-language.ts';
import { ROOT, Surroundings } from './run-lab.ts';
import { initSchema } from './schemas.ts';

const around = new Surroundings();
afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

describeInit('js', around);

describe('lab init in a folder', () => {
  it('that is not empty writes nothing, and says what is there', async () => {
    const folder = emptyFolder(around);
    for (const name of ['d', 'c', 'b', 'a']) writeFileSync(join(folder, name), name);
    const { status, stderr } = await around.labIn(folder, ['init']);
    expect(status).toBe(2);
    expect(stderr).toContain('this folder is not empty: it contains a, b, c and 1 more; nothing was written');
    expect(stderr).toContain('lab init NAME creates a new folder');
    expect(readdirSync(folder).sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('that holds only a repository just begun counts as empty', async () => {
    const folder = emptyFolder(around);
    mkdirSync(join(folder, '.git'));
    expect((await around.labIn(folder, ['init'])).status).toBe(0);
  });
});

describe('lab init --program', () => {
  /** The catalogue is this folder: what is in it is offered. */
  const names = readdirSync(join(ROOT, 'examples/programs')).sort();

  it('offers every program of examples/programs, to the shell as well', async () => {
    expect(names).toContain('serf');
    expect((await around.lab(['__complete', 'init', '--program', ''])).stdout.trim().split('\n')).toEqual(names);
    const { status, stderr } = await around.lab(['init', '--program', 'gnutella']);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`not one of ${names.join(', ')}`)]);
  });

  it.each(names)('%s begins a lab in a new folder, which is valid and breaks what it proves', async name => {
    const folder = join(emptyFolder(around), name);
    const { status, stdout } = await around.lab(['init', '--program', name, folder, '-f', 'json']);
    const { program, files, next } = initSchema.parse(JSON.parse(stdout));
    expect([status, program, files[0]]).toEqual([0, name, `${name}.yaml`]);
    expect(readdirSync(folder).sort()).toEqual([...files].sort());
    expect(next.some(command => command.endsWith(`test ${name}.yaml`))).toBe(true);
    expect(next.includes('npm ci --ignore-scripts')).toBe(files.includes('package-lock.json'));

    const yaml = readFileSync(join(folder, `${name}.yaml`), 'utf8');
    expect(yaml.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    for (const part of ['kill:', 'partition:', 'heal:']) expect(yaml).toContain(part);
    expect(await around.lab(['validate', join(folder, `${name}.yaml`)])).toMatchObject({ status: 0 });
    // What it links to outside of its folder does not come along.
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).not.toMatch(/\]\(\.\.\//);
    const again = await around.lab(['init', '--program', name, folder]);
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('nothing was written')]);
  });

  it('takes no language', async () => {
    const { status, stderr } = await around.lab(['init', '--program', 'serf', '--language', 'js']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('language')]);
  });
});

describe('the tutorial of docs/YOUR-OWN-PEER.md', () => {
  const page = readFileSync(join(ROOT, 'docs/YOUR-OWN-PEER.md'), 'utf8');
  const blocks = [...page.matchAll(/<!-- tutorial -->\n```\n(.*?)```/gs)].map(([, block = '']) => block);

  it('prints what it says, command by command', async () => {
    const folder = emptyFolder(around);
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
