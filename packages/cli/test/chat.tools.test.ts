/** `lab chat`, two people on pseudo-terminals of their own, in one lab. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HAS_PTY, Person } from '../../node/test/person.ts';
import { ROOT, Surroundings, uniqueName } from './run-lab.ts';

const around = new Surroundings();
const NAME = uniqueName('chat');
const LAB = [process.execPath, join(ROOT, 'packages/peerlab/bin/lab.js')];

beforeAll(async () => {
  expect((await around.lab(['up', join(ROOT, 'topologies/line-5.yaml'), '--name', NAME])).status).toBe(0);
});

afterAll(async () => {
  await around.lab(['down', '--all']);
  around[Symbol.dispose]();
});

it.runIf(HAS_PTY)('a terminal without a size, as a new one is, shows plain lines', async () => {
  const person = new Person([...LAB, 'verify', NAME], around.env);
  await person.sees(/✔.* links/);
  await person.sees(/4 claims proven/);
  expect(await person.exited).toBe(0);
});

it.runIf(HAS_PTY)('two people talk as peers of a lab: words, direct messages, Ctrl-C', async () => {
  const [ada, bob] = ['n0', 'n3'].map(peer => new Person([...LAB, 'chat', NAME, peer], around.env));
  if (ada === undefined || bob === undefined) throw new Error('unreachable');
  try {
    await Promise.all([ada.sees(/you are n0 of/), bob.sees(/you are n3 of/)]);
    ada.type('hello, all\r');
    await bob.sees(/n0.*: hello, all.*3 hops/);
    await ada.sees(/it reached 4 peers/);
    bob.type('/dm n0 only for you\r');
    await ada.sees(/\[dm\] .*n3.*: only for you/);
    await bob.sees(/it reached n0/);
    bob.type('/dm n9 hi\r');
    await bob.sees(/n9/);
    bob.type('\u0003');
    expect(await bob.exited).toBe(0);
    ada.type('/quit\r');
    expect(await ada.exited).toBe(0);
  } finally {
    ada.end();
    bob.end();
  }
  const unknown = await around.lab(['chat', NAME, 'n9']);
  expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('n9')]);
});
