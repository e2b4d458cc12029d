/** `lab init`: from an empty folder to a proven lab; and the README's tutorial, line by line. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeInit, emptyFolder } from './init-language.ts';
import { ROOT, Surroundings } from './run-lab.ts';

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
