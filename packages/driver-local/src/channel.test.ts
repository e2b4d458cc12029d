/** A channel at its very start: what the keeper tells right behind its answer is not missed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openChannel } from './channel.ts';
import { encodeFrame, FrameDecoder } from './frames.ts';
import { KeeperConnection } from './keeper-connection.ts';
import { PROTOCOL } from './messages.ts';

let folder = '';
let keeper: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerlab-channel-'));
});

afterEach(() => {
  keeper?.close();
  rmSync(folder, { recursive: true });
});

/** A keeper that answers `attach`, and in the same bytes tells more; it may close the connection behind them. */
async function openedWith(behind: readonly unknown[], closes: boolean): ReturnType<typeof openChannel> {
  const path = join(folder, 'keeper.sock');
  const server = createServer(socket => {
    socket.write(encodeFrame({ greeting: PROTOCOL, keeperPid: 1 }));
    const decoder = new FrameDecoder(message => {
      const { id, ask } = message as { readonly id: number; readonly ask: string };
      if (ask !== 'attach') return;
      const answer = { id, result: { run: 1, start: 0, position: 0 } };
      socket.write(Buffer.concat([answer, ...behind].map(encodeFrame)));
      if (closes) socket.destroySoon();
    });
    socket.on('data', (chunk: Buffer) => decoder.push(chunk));
  });
  keeper = server;
  await new Promise<void>(resolve => server.listen(path, resolve));
  const connection = await KeeperConnection.open(path, 'ring', 5000);
  if (connection === undefined) throw new Error('no keeper');
  return await openChannel({ connection, peer: { index: 0, name: 'n0' }, timeoutMs: 5000, ownRun: undefined });
}

test('a peer that ends while its channel is opened ends the channel, with the reason', async () => {
  const channel = await openedWith([{ ended: { reason: 'killed by SIGKILL' }, index: 0, run: 1 }], false);
  expect(await channel.closed).toEqual({ reason: 'killed by SIGKILL' });
  expect(channel.open).toBe(false);
});

test('a keeper that ends while a channel is opened ends the channel, which is no end of the peer', async () => {
  const channel = await openedWith([], true);
  expect(await channel.closed).toEqual({
    reason: 'the lab keeper ended',
    failure: expect.objectContaining({ code: 'ENGINE_UNREACHABLE' }),
  });
});

test('a keeper that cuts off a slow reader ends the channel, and it is told from the end of the peer', async () => {
  const channel = await openedWith([{ cutOff: 'disconnected: the controller did not read 9 queued bytes' }], true);
  expect((await channel.closed).failure).toMatchObject({
    code: 'ENGINE_UNREACHABLE',
    message: 'this command no longer hears the peers of ring: disconnected: the controller did not read 9 queued bytes',
  });
});
