/** Lines, commands and replies: "Lines" and "Commands and replies". */
import { CAPABILITIES, type Capability } from '@peerlab/contract';
import { v4 } from 'uuid';
import type { Clause } from '../clause.ts';
import { hold } from '../clause-errors.ts';

const AT_ONCE = 20;

/** The longest line that controllers write without asking: with its line end. */
const LONGEST_BYTES = 4096;

/** A valid command of each capability that adds one. */
const COMMAND_OF: Readonly<Partial<Record<Capability, Readonly<Record<string, unknown>>>>> = {
  dm: { command: 'dm', to: v4(), payload: 'x' },
  counters: { command: 'counters' },
  trace: { command: 'trace', on: true },
  history: { command: 'history', id: v4() },
  disconnect: { command: 'disconnect', peer: v4() },
  shape: { command: 'shape' },
  ping: { command: 'ping', peer: v4() },
};

/** In the order in which they are tried. */
export const COMMAND_CLAUSES: readonly Clause[] = [
  {
    id: 'commands.one-reply',
    says: `sends exactly one reply, with the right seq, to each of ${AT_ONCE} simultaneous commands`,
    on: 'alone',
    run: async stage => {
      const peer = stage.peer();
      await Promise.all(Array.from({ length: AT_ONCE }, async () => await peer.ask({ command: 'info' })));
      await peer.ask({ command: 'info' });
      const seqs = peer.replies.map(({ reply }) => reply);
      const twice = seqs.find((seq, i) => seqs.indexOf(seq) !== i);
      hold(twice === undefined, `the command ${twice} has two replies`);
      hold(seqs.length === AT_ONCE + 1, `${AT_ONCE + 1} commands have ${seqs.length} replies`);
    },
  },
  {
    id: 'commands.unknown',
    says: 'refuses an unknown command with bad-command',
    on: 'alone',
    run: async stage => await stage.peer().refuses({ command: 'sing' }, 'bad-command'),
  },
  {
    id: 'commands.fields',
    says: 'refuses a missing, wrong or unknown field with bad-command',
    on: 'alone',
    run: async stage => {
      const peer = stage.peer();
      await peer.refuses({ command: 'broadcast' }, 'bad-command');
      await peer.refuses({ command: 'connect', host: '127.0.0.1', port: 'seven' }, 'bad-command');
      await peer.refuses({ command: 'broadcast', payload: 'x', colour: 'red' }, 'bad-command');
    },
  },
  {
    id: 'commands.no-seq',
    says: 'sends no reply to a line without a usable seq, and continues',
    on: 'alone',
    run: async stage => {
      const peer = stage.peer();
      for (const line of ['{"command":"info"}', '{"seq":"","command":"info"}', 'no json', '[]', 'null', '"x"']) {
        await peer.write(line);
      }
      const { reply } = await peer.ask({ command: 'info' });
      const others = peer.replies.filter(other => other.reply !== reply);
      hold(others.length === 0, `it replied to one of them: ${JSON.stringify(others[0])}`);
    },
  },
  {
    id: 'commands.long',
    says: `accepts a line of ${LONGEST_BYTES} bytes`,
    on: 'alone',
    run: async stage => {
      const command = { command: 'broadcast', payload: '' };
      const around = Buffer.byteLength(JSON.stringify({ seq: 'c-99', ...command })) + 1;
      const { result, error } = await stage.peer().ask({ ...command, payload: 'x'.repeat(LONGEST_BYTES - around) });
      const isTaken = result !== undefined || error?.code === 'too-large';
      hold(isTaken, `it was refused with ${JSON.stringify(error?.code)}`);
    },
  },
  {
    id: 'commands.not-supported',
    says: 'refuses the commands of capabilities that it does not announce with not-supported',
    on: 'alone',
    run: async stage => {
      const peer = stage.peer();
      for (const capability of CAPABILITIES) {
        const command = COMMAND_OF[capability];
        if (command !== undefined && !peer.client.can(capability)) await peer.refuses(command, 'not-supported');
      }
    },
  },
  {
    id: 'connect.failed',
    says: 'refuses connect with connect-failed if no peer listens there',
    on: 'alone',
    run: async stage => {
      const peer = stage.peer();
      await peer.refuses({ command: 'connect', host: peer.address, port: 1 }, 'connect-failed');
    },
  },
  {
    id: 'neighbours.none',
    says: 'lists no neighbours while it has none',
    on: 'alone',
    run: async stage => {
      const links = await stage.links(0);
      hold(links.length === 0, `it lists ${JSON.stringify(links)}`);
    },
  },
  {
    id: 'broadcast.alone',
    says: 'accepts a broadcast without neighbours, and does not deliver it to itself',
    on: 'alone',
    run: async stage => {
      const { received } = await stage.broadcast(0, 'nobody hears this');
      hold(received.flat().length === 0, 'it delivered its own broadcast');
    },
  },
];
