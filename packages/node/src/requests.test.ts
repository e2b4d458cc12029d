/** Requests and their answers, across other nodes: each ends, with a response or with why there is none. */
import { randomBytes } from 'node:crypto';
import { CONTENT, decodeData, encodeData, FRAME_TYPE, formatId } from '@peerlab/protocol';
import { expect, test } from 'vitest';
import { TestNetwork, until } from '../test/network.ts';
import { encodeEnvelope } from './envelope.ts';
import { NodeError, type NodeOptions, type PeerNode } from './index.ts';

async function line(network: TestNetwork, options: NodeOptions = {}): Promise<[PeerNode, PeerNode, PeerNode]> {
  const [a, b, c] = await network.graph(
    3,
    [
      [0, 1],
      [1, 2],
    ],
    options,
  );
  if (a === undefined || b === undefined || c === undefined) throw new Error('unreachable');
  return [a, b, c];
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    value => ({ value }),
    error => error,
  );

test.each(['open', 'sealed'] as const)(
  '%s: a request is answered by the handler of the node that it was sent to, many at once, each by its own response',
  async security => {
    await using network = new TestNetwork();
    const [a, b, c] = await line(network, { security });
    b.handle(() => 'not asked');
    const seen: unknown[] = [];
    c.on('dm', ({ message }) => seen.push(message));
    const gates: (() => void)[] = [];
    c.handle(async ({ message, origin, hops, kind }) => {
      await new Promise<void>(resolve => gates.push(resolve));
      return { asked: message, origin, hops, kind };
    });
    const asked = [1, 'two', { three: 3 }].map(message => a.request(c.id, message));
    await until(() => gates.length === 3);
    for (const open of gates.reverse()) open();
    expect(await Promise.all(asked)).toEqual(
      [1, 'two', { three: 3 }].map(message => ({ asked: message, origin: a.id, hops: 2, kind: 'dm' })),
    );
    expect(seen).toEqual([]);
  },
);

test('bytes come back as bytes, and nothing as null', async () => {
  await using network = new TestNetwork();
  const [a, , c] = await line(network);
  const end = c.handle(({ message }) => message);
  expect(await a.request(c.id, new Uint8Array([0, 255]))).toEqual(new Uint8Array([0, 255]));
  end();
  c.handle(() => undefined);
  expect(await a.request(c.id, 'x')).toBeNull();
});

test('why there is no response is told: no handler, one that throws, one that returns what is no message, or too much', async () => {
  await using network = new TestNetwork();
  const [a, , c] = await line(network, { maxFrameBytes: 1024 });
  const told: NodeError[] = [];
  c.on('error', error => told.push(error));
  const cases = [
    [undefined, { reason: 'no-handler', definite: true }],
    [
      () => {
        throw new RangeError('there are only nine');
      },
      { reason: 'failed', definite: false, text: 'there are only nine' },
    ],
    [
      async () => {
        throw 'a word';
      },
      { reason: 'failed', definite: false, text: 'a word' },
    ],
    [() => () => 1, { reason: 'failed', definite: false }],
    [() => 'x'.repeat(1000), { reason: 'too-large', definite: false }],
    [
      () => {
        throw new Error('e'.repeat(5000));
      },
      { reason: 'failed', definite: false, text: 'e'.repeat(500) },
    ],
  ] as const;
  for (const [handler, { definite, ...details }] of cases) {
    const end = handler === undefined ? () => undefined : c.handle(handler as never);
    const error = await failureOf(a.request(c.id, 'x'));
    end();
    expect(error).toBeInstanceOf(NodeError);
    expect(error).toMatchObject({ code: 'request-failed', definite, details });
  }
  expect(told.map(({ code }) => code)).toEqual(['bad-message']);
});

test('a request that is too large, or to nobody, is refused and not sent', async () => {
  await using network = new TestNetwork();
  const [a, , c] = await line(network, { maxFrameBytes: 1024 });
  expect(await failureOf(a.request(c.id, 'x'.repeat(1000)))).toMatchObject({ code: 'bad-message', definite: true });
  expect(await failureOf(a.request('c', 'x'))).toMatchObject({ code: 'bad-option' });
  expect(await failureOf(a.request(a.id, 'x'))).toMatchObject({ code: 'bad-option' });
  expect(await failureOf(a.request(c.id, 'x', { timeout: 5 } as never))).toMatchObject({
    message: 'request has no option "timeout"; did you mean "timeoutMs"?',
  });
  expect(a.counters().totals.originated).toBe(0);
});

test('without an answer a request times out, is aborted, or ends with its node; what it did is unknown', async () => {
  await using network = new TestNetwork();
  const [a, , c] = await line(network);
  let answer = (): void => undefined;
  c.handle(
    () =>
      new Promise(resolve => {
        answer = () => resolve('late');
      }),
  );
  expect(await failureOf(a.request(c.id, 'x', { timeoutMs: 20 }))).toMatchObject({
    code: 'request-timeout',
    definite: false,
  });
  // What comes too late is nobody's.
  answer();
  const abort = new AbortController();
  const aborted = failureOf(a.request(c.id, 'x', { signal: abort.signal }));
  const closed = failureOf(a.request(c.id, 'x'));
  await until(() => a.counters().totals.originated === 3);
  abort.abort(new Error('enough'));
  expect(await aborted).toMatchObject({ message: 'enough' });
  await a.close();
  expect(await closed).toMatchObject({ code: 'closed', definite: false });
});

test.each([
  ['the node that was asked', true],
  ['another', false],
])('a response in the name of %s: taken is %s', async (_, isAsked) => {
  await using network = new TestNetwork();
  const node = await network.node();
  const stranger = await network.stranger(node);
  await stranger.handshake();
  const asked = randomBytes(16);
  const outcome = failureOf(node.request(formatId(asked), 'x', { timeoutMs: isAsked ? 5000 : 100 }));
  const request = decodeData((await stranger.frame(FRAME_TYPE.dm)) ?? new Uint8Array(0));
  if (request === undefined) throw new Error('no direct message came');
  const head = { kind: 'response', request: formatId(request.id) } as const;
  const { payload } = encodeEnvelope(head, { payload: Buffer.from('yes'), content: CONTENT.text });
  const frame = {
    flags: CONTENT.envelope,
    ttl: 9,
    initialTtl: 9,
    id: randomBytes(16),
    destination: request.origin,
    payload,
  };
  stranger.socket.write(encodeData({ ...frame, origin: isAsked ? asked : stranger.nodeId }));
  expect(await outcome).toMatchObject(isAsked ? { value: 'yes' } : { code: 'request-timeout' });
});

test('requests beyond what is handled at once are answered busy; one node has a quarter', async () => {
  await using network = new TestNetwork();
  const [a, b, c] = await line(network, { maxRequests: 8 });
  const gates: (() => void)[] = [];
  c.handle(() => new Promise(resolve => gates.push(() => resolve('done'))));
  const outcomes: unknown[] = [];
  const ask = (node: PeerNode): void =>
    void node.request(c.id, 'x').then(
      value => outcomes.push(value),
      error => outcomes.push(error.details.reason),
    );
  for (let i = 0; i < 5; i++) ask(a);
  await until(() => outcomes.length === 3 && gates.length === 2);
  expect(outcomes).toEqual(['busy', 'busy', 'busy']);
  for (let i = 0; i < 3; i++) ask(b);
  await until(() => outcomes.length === 4 && gates.length === 4);
  for (const open of gates) open();
  await until(() => outcomes.length === 8);
  expect(outcomes.slice(4)).toEqual(['done', 'done', 'done', 'done']);
  ask(a);
  await until(() => gates.length === 5);
});

test('a node has one handler at a time', async () => {
  await using network = new TestNetwork();
  const node = await network.node();
  const end = node.handle(() => 1);
  expect(() => node.handle(() => 2)).toThrow(expect.objectContaining({ code: 'already-handled' }));
  end();
  end();
  node.handle(() => 2);
  expect(() => node.handle('x' as never)).toThrow('handler is "x": it must be a function');
});
