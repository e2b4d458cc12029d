/** A program beside a peer, over a connection that the test plays. */
import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { execute } from './execution.ts';
import type { ExecutionListener, KeeperConnection } from './keeper-connection.ts';

/** A keeper whose programs have ended by the time that their start is confirmed. */
function fastKeeper(): KeeperConnection {
  let listener: ExecutionListener | undefined;
  const connection: Pick<KeeperConnection, 'ask' | 'hear' | 'close' | 'pause' | 'resume'> = {
    ask: async (_, { onAsked }) => {
      onAsked?.(1);
      listener?.ended({ reason: 'exited with status 0', status: 0 });
      return undefined;
    },
    hear: (_, heard) => {
      listener = heard;
    },
    close: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
  };
  return connection as KeeperConnection;
}

test('a fast program leaves nothing on the signal of its caller, however many of them there were', async () => {
  const { signal } = new AbortController();
  for (let i = 0; i < 20; i++) {
    const wish = { connection: fastKeeper(), index: 0, command: ['true'], options: { signal }, timeoutMs: 1000 };
    const { ended } = await execute(wish);
    expect(await ended).toMatchObject({ status: 0 });
  }
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
