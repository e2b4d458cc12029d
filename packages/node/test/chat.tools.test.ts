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
    const [, adaPrint = ''] = await ada.sees(/you are ada#([0-9a-f]{4}-[0-9a-f]{4})/);
    const [, adaLine = ''] = await ada.sees(/others join with: --connect (127\.0\.0\.1:\d+\/[0-9a-f-]{36})/);
    const bob = sitDown('--listen', '127.0.0.1:0', '--connect', adaLine, '--name', 'bob');
    const [, bobLine = ''] = await bob.sees(/others join with: --connect (\S+)/);
    await ada.sees(/\* bob#[0-9a-f-]{9} has joined/);
    await bob.sees(new RegExp(`\\* ada#${adaPrint} has joined`));
    const eve = sitDown('--connect', bobLine, '--name', 'eve');
    await ada.sees(/\* eve#\S+ has joined/);
    await eve.sees(/\* (ada|bob)#\S+ has joined/);
    await eve.sees(/\* (ada|bob)#\S+ has joined/);

    ada.type('hello, all\r');
    await bob.sees(new RegExp(`ada#${adaPrint}: hello, all`));
    await eve.sees(new RegExp(`ada#${adaPrint}: hello, all`));

    eve.type('/dm ada only for you\r');
    await ada.sees(/\[dm\] eve#\S+: only for you/);
    await eve.sees(/\[dm to ada#\S+, delivered\] only for you/);
    eve.type('/dm mallory hi\r');
    await eve.sees(/nobody here is called mallory/);

    bob.type('/name robert\r');
    await ada.sees(/\* bob#(\S+) is now robert#\1/);
    await eve.sees(/\* bob#(\S+) is now robert#\1/);
    eve.type('/peers\r');
    await eve.sees(/eve#\S+ \(you\), id [0-9a-f-]{36}/);
    await eve.sees(/robert#\S+, linked, id [0-9a-f-]{36}/);

    // A stranger who takes Ada's name is told apart; a text that would clear everybody's screen is shown without its control characters.
    await using mallory = await createNode({ security: 'sealed', network: 'peerlab chat' });
    const [adaAddress = '', adaId = ''] = adaLine.split('/');
    await mallory.connect('127.0.0.1', Number(adaAddress.split(':')[1]));
    await mallory.topic('chat').publish({ chat: 'say', name: 'ada', text: '\u001b[2Jred' });
    const mallorys = mallory.id.slice(0, 4);
    await eve.sees(new RegExp(`\\* ada#${mallorys}-\\S+ has joined`));
    await eve.sees(new RegExp(`beware: ada#${mallorys}-\\S+ is not the ada that you knew, ${adaPrint}`));
    await eve.sees(new RegExp(`ada#${mallorys}-\\S+: {2}\\[2Jred`));
    eve.type('/dm ada which one\r');
    await eve.sees(/several are called ada: ada#\S+, ada#\S+/);

    // A line with another id than that of the node there is not joined.
    const wrong = adaLine.replace(adaId, mallory.id);
    const guest = sitDown('--connect', wrong, '--name', 'guest');
    await guest.sees(new RegExp(`is ${adaPrint}, not ${mallorys}-\\S+: not joined`));
    expect(await guest.exited).toBe(1);

    eve.type('\u0003');
    expect(await eve.exited).toBe(0);
    await ada.sees(/\* eve#\S+ has left/);
    await bob.sees(/\* eve#\S+ has left/);
    bob.end();
    await ada.sees(/\* robert#\S+ is gone \(connection lost\)/);
    ada.type('/quit\r');
    expect(await ada.exited).toBe(0);
  },
  30_000,
);
