import { describe, expect, test } from 'vitest';
import { LabError } from './lab-error.ts';
import type { ChannelEnd, PeerChannel } from './peer-channel.ts';
import { PeerClient } from './peer-client.ts';

const NODE_ID = '10fd0c38-c62e-57f9-8a9e-e102fc588c69';
const INFO = {
  contract: 1,
  nodeId: NODE_ID,
  node: { name: 'test', version: '1' },
  listen: { host: '127.0.0.1', port: 1 },
  capabilities: ['dm'],
};

/** A peer's end of a channel, in the test's hands. */
class TestChannel implements PeerChannel {
  readonly written: { seq: string; command: string }[] = [];
  readonly closed: Promise<ChannelEnd>;
  end: (end: ChannelEnd) => void = () => undefined;
  say: (line: string, stream?: 'stdout' | 'stderr') => void = () => undefined;

  constructor() {
    this.closed = new Promise(resolve => (this.end = resolve));
  }

  async write(line: string): Promise<void> {
    this.written.push(JSON.parse(line));
  }

  listen(listener: (line: string, stream: 'stdout' | 'stderr') => void): void {
    this.say = (line, stream = 'stdout') => listener(line, stream);
  }

  close(): void {}

  reply(index: number, body: object): void {
    this.say(JSON.stringify({ reply: this.written[index]?.seq, ...body }));
  }
}

function connected(): { channel: TestChannel; client: PeerClient } {
  const channel = new TestChannel();
  return { channel, client: new PeerClient(channel, 'n1', 1) };
}

async function errorOf(promise: Promise<unknown>): Promise<LabError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof LabError) return error;
  throw new Error(`no LabError: ${String(error)}`);
}

test('each request gets its own reply, in whatever order they come', async () => {
  const { channel, client } = connected();
  const [first, second] = [client.request({ command: 'broadcast', payload: 'a' }), client.request({ command: 'info' })];
  channel.reply(1, { result: INFO });
  channel.reply(0, { result: { id: NODE_ID } });
  expect(await first).toEqual({ id: NODE_ID });
  expect((await second).nodeId).toBe(NODE_ID);
});

test("another controller's replies are none of ours", async () => {
  const { channel, client } = connected();
  const other = new PeerClient(new TestChannel(), 'n1', 1);
  const request = client.request({ command: 'info' });
  void other;
  channel.say(JSON.stringify({ reply: 'other:1', result: {} }));
  channel.reply(0, { result: INFO });
  expect((await request).contract).toBe(1);
  expect(channel.written[0]?.seq).toMatch(/^[0-9a-f]{8}:1$/);
});

test('a refusal carries the code of the peer', async () => {
  const { channel, client } = connected();
  const request = errorOf(client.request({ command: 'disconnect', peer: NODE_ID }));
  channel.reply(0, { error: { code: 'no-such-peer', message: 'no link' } });
  const error = await request;
  expect(error.code).toBe('PEER_REFUSED');
  expect(error.message).toBe('n1 refused "disconnect": no link');
  expect(error.details.peerCode).toBe('no-such-peer');
});

test('a result that is not of the contract is told so', async () => {
  const { channel, client } = connected();
  const request = errorOf(client.request({ command: 'broadcast', payload: 'x' }));
  channel.reply(0, { result: { id: 7 } });
  expect((await request).code).toBe('CONTRACT_BROKEN');
});

test('a peer that does not answer is silent, and it may have obeyed', async () => {
  const { client } = connected();
  const error = await errorOf(client.request({ command: 'info' }, { timeoutMs: 1 }));
  expect(error.code).toBe('PEER_SILENT');
  expect(error.message).toBe('n1 did not answer "info" within 1 ms');
  expect(error.definite).toBe(false);
});

test('when the channel ends, what is pending fails with how it ended and the last that it printed', async () => {
  const { channel, client } = connected();
  const request = errorOf(client.request({ command: 'info' }));
  channel.say('out of cheese', 'stderr');
  channel.end({ reason: 'exited with status 7', exitCode: 7 });
  const error = await request;
  expect(error.code).toBe('PEER_FAILED');
  expect(error.message).toBe('n1 ended before it answered: exited with status 7; it last printed: out of cheese');
  expect((await errorOf(client.request({ command: 'info' }))).message).toContain('has ended');
});

describe('ready', () => {
  test('by the event', async () => {
    const { channel, client } = connected();
    const ready = client.ready({ isNew: true, timeoutMs: 10_000 });
    channel.say(JSON.stringify({ event: 'ready', ...INFO }));
    expect((await ready).nodeId).toBe(NODE_ID);
    expect(client.can('dm')).toBe(true);
    expect(client.can('counters')).toBe(false);
  });

  test('by asking, when it was said before', async () => {
    const { channel, client } = connected();
    const ready = client.ready({ isNew: false, timeoutMs: 10_000 });
    channel.reply(0, { result: INFO });
    expect((await ready).nodeId).toBe(NODE_ID);
  });

  test('never: the error says so, within the bound', async () => {
    const { client } = connected();
    const error = await errorOf(client.ready({ isNew: true, timeoutMs: 1 }));
    expect(error.message).toBe('n1 was not ready within 1 ms');
    expect(error.advice).toContain('by program: in its kind');
  });

  test('ended first', async () => {
    const { channel, client } = connected();
    const ready = errorOf(client.ready({ isNew: true, timeoutMs: 10_000 }));
    channel.end({ reason: 'exited with status 1' });
    expect((await ready).message).toContain('n1 ended before it was ready: exited with status 1');
  });
});

test('what is no line of the contract is log, and never fatal', async () => {
  const { channel, client } = connected();
  const events: string[] = [];
  client.onEvent(({ event }) => events.push(event));
  for (const line of ['hello', '{', '{}', '[1]', '{"event":"received"}', '{"reply":7}']) channel.say(line);
  channel.say(JSON.stringify({ event: 'expired', id: NODE_ID, from: NODE_ID }));
  expect(events).toEqual(['expired']);
  expect(client.logTail).toHaveLength(6);
  expect(client.logTail[4]).toMatch(/^not an event of the contract: /);
});

test('a request on a stream that has just closed fails with how the peer ended, once that is known', async () => {
  const { channel, client } = connected();
  channel.write = async () => {
    throw new LabError('PEER_FAILED', 'the control channel of n1 is closed');
  };
  const failed = errorOf(client.request({ command: 'info' }));
  await Promise.resolve();
  channel.end({ reason: 'killed by SIGKILL' });
  expect((await failed).message).toContain('killed by SIGKILL');
  // Callers excuse a peer that has ended.
  expect(client.end).toEqual({ reason: 'killed by SIGKILL' });
});

test('a channel that obeys another process refuses at once', async () => {
  const { channel, client } = connected();
  channel.write = async () => {
    throw new LabError('NOT_SUPPORTED', 'only its owner may write');
  };
  expect((await errorOf(client.request({ command: 'info' }))).message).toContain('only its owner may write');
  expect(client.end).toBeUndefined();
  // It does not hang: it may not be asked.
  const ready = errorOf(client.ready({ isNew: false, timeoutMs: 10_000 }));
  expect((await ready).code).toBe('NOT_SUPPORTED');
  expect(client.silentMs).toBeUndefined();
});

describe('a look at a peer', () => {
  test('answers, where the peer does', async () => {
    const { channel, client } = connected();
    const asked = client.ask({ command: 'info' });
    channel.reply(0, { result: INFO });
    expect((await asked)?.nodeId).toBe(NODE_ID);
  });

  test.each<[string, (channel: TestChannel, client: PeerClient) => void]>([
    ['ends', channel => channel.end({ reason: 'killed by SIGKILL' })],
    ['is paused', (_, client) => client.setPaused(true)],
    ['is let go of', (_, client) => client.close()],
  ])('finds nothing when it %s meanwhile, and nothing from then on', async (_, happen) => {
    const { channel, client } = connected();
    const asked = client.ask({ command: 'info' });
    happen(channel, client);
    expect(await asked).toBeUndefined();
    expect(await client.ask({ command: 'info' })).toBeUndefined();
    expect(channel.written).toHaveLength(1);
    expect(client.isAway).toBe(true);
  });

  test('finds nothing at a peer that does not answer, which is asked again once it has answered late', async () => {
    const { channel, client } = connected();
    expect(await client.ask({ command: 'info' }, { timeoutMs: 1 })).toBeUndefined();
    expect(client.silentMs).toBeGreaterThan(0);
    expect(client.silence()).toMatchObject({ code: 'PEER_SILENT', details: { peer: 'n1' } });
    channel.reply(0, { result: INFO });
    expect(client.silentMs).toBeUndefined();
    expect(client.info.nodeId).toBe(NODE_ID);
    const asked = client.ask({ command: 'info' });
    channel.reply(1, { result: INFO });
    expect((await asked)?.nodeId).toBe(NODE_ID);
  });

  test('fails by what the peer refuses', async () => {
    const { channel, client } = connected();
    const asked = errorOf(client.ask({ command: 'disconnect', peer: NODE_ID }));
    channel.reply(0, { error: { code: 'no-such-peer', message: 'no link' } });
    expect((await asked).code).toBe('PEER_REFUSED');
  });
});

describe('a breach of the contract', () => {
  const HOPS_AS_TEXT = '{"event":"received","hops":"1"}';

  test('instead of ready is told at once, with the line and what is wrong', async () => {
    const { channel, client } = connected();
    const ready = errorOf(client.ready({ isNew: true, timeoutMs: 60_000 }));
    channel.say(JSON.stringify({ event: 'ready', ...INFO, listen: undefined }));
    const error = await ready;
    expect(error.code).toBe('CONTRACT_BROKEN');
    expect(error.message).toMatch(
      /^n1 broke the peer contract: not an event of the contract: listen: .*the line: \{"event":"ready"/,
    );
    expect(error.details).toMatchObject({ peer: 'n1' });
  });

  test('ends what is waited for, and is remembered until it is forgiven', async () => {
    const { channel, client } = connected();
    const told: LabError[] = [];
    client.onBreach(breach => told.push(breach));
    const request = errorOf(client.request({ command: 'counters' }));
    channel.say(HOPS_AS_TEXT);
    channel.say(HOPS_AS_TEXT);
    expect((await request).code).toBe('CONTRACT_BROKEN');
    expect(told).toHaveLength(1);
    expect(() => client.requireSound()).toThrow(LabError);
    client.forgive();
    expect(() => client.requireSound()).not.toThrow();
  });

  test('a reply whose command cannot be told ends every wait', async () => {
    const { channel, client } = connected();
    const requests = [client.request({ command: 'info' }), client.request({ command: 'neighbours' })].map(errorOf);
    channel.say('{"reply":7,"result":{}}');
    expect((await Promise.all(requests)).map(({ code }) => code)).toEqual(['CONTRACT_BROKEN', 'CONTRACT_BROKEN']);
    const next = errorOf(client.request({ command: 'neighbours' }));
    channel.say('{"reply":8,"result":{}}');
    expect((await next).code).toBe('CONTRACT_BROKEN');
  });

  test('a second reply to one command', async () => {
    const { channel, client } = connected();
    const request = client.request({ command: 'info' });
    channel.reply(0, { result: INFO });
    await request;
    expect(client.breach).toBeUndefined();
    channel.reply(0, { result: INFO });
    expect(client.breach?.message).toContain('a second reply');
  });

  test('a reply that comes after its bound is late, and no breach', async () => {
    const { channel, client } = connected();
    await errorOf(client.request({ command: 'info' }, { timeoutMs: 1 }));
    channel.reply(0, { result: INFO });
    expect(client.breach).toBeUndefined();
  });

  test('on standard error is none: that is log', () => {
    const { channel, client } = connected();
    channel.say(HOPS_AS_TEXT, 'stderr');
    expect(client.breach).toBeUndefined();
  });
});
