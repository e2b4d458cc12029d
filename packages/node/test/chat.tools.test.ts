/** The example chat, three of them, each on a pseudo-terminal of its own (Python's pty: no native module is needed). */
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { createNode } from '../src/index.ts';
import { HAS_PTY, Person } from './person.ts';

const CHAT = fileURLToPath(new URL('../../../examples/chat/chat.js', import.meta.url));
const people: Person[] = [];
function sitDown(...args: string[]): Person {
  const person = new Person([process.execPath, CHAT, ...args]);
  people.push(person);
  return person;
}
afterEach(() => {
  for (const person of people.splice(0)) person.end();
});

test.runIf(HAS_PTY)(
  'three people talk: joins, words, direct messages, names, peers, Ctrl-C',
  async () => {
    const ada = sitDown('--listen', '127.0.0.1:0', '--name', 'ada');
    const [, port = ''] = await ada.sees(/listening on 127\.0\.0\.1:(\d+)/);
    const bob = sitDown('--listen', '127.0.0.1:0', '--connect', `127.0.0.1:${port}`, '--name', 'bob');
    const [, bobPort = ''] = await bob.sees(/listening on 127\.0\.0\.1:(\d+)/);
    await ada.sees(/\* bob has joined/);
    await bob.sees(/\* ada has joined/);
    const eve = sitDown('--connect', `127.0.0.1:${bobPort}`, '--name', 'eve');
    await ada.sees(/\* eve has joined/);
    await eve.sees(/\* (ada|bob) has joined/);
    await eve.sees(/\* (ada|bob) has joined/);

    ada.type('hello, all\r');
    await bob.sees(/ada: hello, all/);
    await eve.sees(/ada: hello, all/);

    eve.type('/dm ada only for you\r');
    await ada.sees(/\[dm\] eve: only for you/);
    await eve.sees(/\[dm to ada, delivered\] only for you/);
    eve.type('/dm mallory hi\r');
    await eve.sees(/nobody here is called mallory/);

    bob.type('/name robert\r');
    await ada.sees(/\* bob is now robert/);
    await eve.sees(/\* bob is now robert/);
    eve.type('/peers\r');
    await eve.sees(/eve \(you\)/);
    await eve.sees(/robert, linked/);

    // A text that would clear everybody's screen is shown without its control characters.
    await using mallory = await createNode();
    await mallory.connect('127.0.0.1', Number(port));
    await mallory.broadcast({ chat: 'say', name: 'mallory', text: '\u001b[2Jred' });
    await eve.sees(/mallory: {2}\[2Jred/);

    eve.type('\u0003');
    expect(await eve.exited).toBe(0);
    await ada.sees(/\* eve has left/);
    await bob.sees(/\* eve has left/);
    bob.end();
    await ada.sees(/\* robert is gone \(connection lost\)/);
    ada.type('/quit\r');
    expect(await ada.exited).toBe(0);
  },
  30_000,
);
