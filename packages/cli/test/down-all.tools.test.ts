/** `lab down --all` at a terminal: what is there is shown, and somebody is asked. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HAS_PTY, Person } from '../../node/test/person.ts';
import { ROOT, Surroundings, uniqueName } from './run-lab.ts';

const around = new Surroundings();
const NAME = uniqueName('all');
const DOWN_ALL = [process.execPath, join(ROOT, 'packages/peerlab/bin/lab.js'), 'down', '--all'];

beforeAll(async () => {
  const { status } = await around.lab(['up', 'topologies/line-5.yaml', '--name', NAME, '--no-verify']);
  expect(status).toBe(0);
});

afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

describe.runIf(HAS_PTY)('lab down --all at a terminal', () => {
  it.each([
    ['no', '\r', 0, /nothing was removed/, []],
    ['no, for a program', '\r', 0, /"removed": ?\[\]/, ['-f', 'json']],
    ['Ctrl-C', '\u0003', 130, /stopping/, []],
  ])('removes nothing after %s', async (_, answer, status, said, words) => {
    const person = new Person([...DOWN_ALL, ...words], around.env);
    try {
      await person.sees(new RegExp(`remove 1 lab: ${NAME} \\(local\\)\\? \\[y/N\\]`));
      person.type(answer);
      await person.sees(said);
      expect(await person.exited).toBe(status);
    } finally {
      person.end();
    }
    expect((await around.lab(['verify', NAME])).status).toBe(0);
  });

  it('removes what was shown after yes, and asks nobody where there is nothing', async () => {
    const asked = new Person(DOWN_ALL, around.env);
    try {
      await asked.sees(/remove 1 lab: .*\? \[y\/N\]/);
      asked.type('y\r');
      await asked.sees(new RegExp(`${NAME}.* is gone: 5 peers`));
      expect(await asked.exited).toBe(0);
      const nobody = new Person(DOWN_ALL, around.env);
      await nobody.sees(/there are no labs/);
      expect(await nobody.exited).toBe(0);
    } finally {
      asked.end();
    }
  });
});
