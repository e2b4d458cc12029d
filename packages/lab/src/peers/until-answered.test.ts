/** Patience: a peer of the contract answers in a millisecond, a program after the commands that are run beside it. */
import { type PeerChannel, PeerClient, type ProgramPeer } from '@peerlab/driver';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { untilAnswered } from './until-answered.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const PROGRAM: ProgramPeer = { lacks: new Set(), tellsReceived: true, namesMessages: false };

/** A peer that answers after a time; undefined: never. */
function peer(answersAfterMs: number | undefined, program?: ProgramPeer) {
  const channel: PeerChannel = {
    write: async () => undefined,
    listen: () => undefined,
    closed: new Promise(() => undefined),
    close: () => undefined,
    program,
  };
  const client = new PeerClient(channel, 'n0', 0);
  const answered = new Promise<void>(resolve => {
    if (answersAfterMs !== undefined) setTimeout(resolve, answersAfterMs);
  });
  return { client, answered };
}

/** How long it takes until nobody is waited for any more, in seconds, and who is silent then. */
async function waited(...greeted: ReturnType<typeof peer>[]) {
  let isOver = false;
  const over = untilAnswered(greeted).then(() => (isOver = true));
  let seconds = 0;
  for (; !isOver; seconds += 0.5) await vi.advanceTimersByTimeAsync(500);
  await over;
  return { seconds, silent: greeted.map(({ client }) => client.silentMs !== undefined) };
}

test('a peer of the contract that does not answer is silent after 2 s', async () => {
  expect(await waited(peer(undefined), peer(0))).toEqual({ seconds: 2.5, silent: [true, false] });
});

test('a program may take as long as a command does', async () => {
  expect(await waited(peer(9000, PROGRAM), peer(0))).toEqual({ seconds: 9, silent: [false, false] });
});

test('and is silent once no command takes so long', async () => {
  expect(await waited(peer(undefined, PROGRAM))).toEqual({ seconds: 13, silent: [true] });
});
