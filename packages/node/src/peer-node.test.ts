import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { inspect } from 'node:util';
import { DM_FLAG, decodeData, encodeData, FRAME_TYPE, formatId } from '@peerlab/protocol';
import { describe, expect, test } from 'vitest';
import { ringLinks, TestNetwork, until } from '../test/network.ts';
import { createNode, NodeError, type Received } from './index.ts';

async function failureOf(promise: Promise<unknown>): Promise<NodeError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof NodeError)) throw new Error(`no NodeError: ${String(error)}`);
  return error;
}

describe('messages', () => {
  test('a broadcast reaches every other node once, with its content, origin and hops', async () => {
    await using network = new TestNetwork();
    const nodes = await network.graph(5, ringLinks(5));
    const got: { at: number; message: unknown; origin: string; hops: number; from: string }[] = [];
    nodes.forEach((node, at) => {
      node.on('broadcast', ({ message, origin, hops, from }) => got.push({ at, message, origin, hops, from }));
    });
    const origin = nodes[0]?.id ?? '';
    await nodes[0]?.broadcast({ temperature: [21, null, true] });
    await until(() => got.length >= 4);
    expect(got.map(({ at }) => at).sort()).toEqual([1, 2, 3, 4]);
    expect(got.map(({ hops }) => hops).sort()).toEqual([1, 1, 2, 2]);
    for (const one of got) expect(one).toMatchObject({ message: { temperature: [21, null, true] }, origin });
    expect(got.find(({ at }) => at === 1)?.from).toBe(origin);
    expect(got.find(({ at }) => at === 2)?.from).toBe(nodes[1]?.id);
  });

  test.each([
    ['bytes', new Uint8Array([0, 255, 128])],
    ['no bytes', new Uint8Array(0)],
    ['text', 'grüß Gott 👋'],
    ['empty text', ''],
    ['null', null],
    ['a number', 1.5],
    ['an object', { a: [1, { b: 'c' }] }],
  ])('%s arrives as what it was', async (_, message) => {
    await using network = new TestNetwork();
    const [a, b] = await network.graph(2, [[0, 1]]);
    const arrival = once(b as never, 'broadcast');
    await a?.broadcast(message);
    const [received] = (await arrival) as [Received];
    expect(received.message).toEqual(message);
  });

  test('a message prints whole, and is whole as JSON', async () => {
    await using network = new TestNetwork();
    const [a, b] = await network.graph(2, [[0, 1]]);
    for (const [message, shown, json] of [
      [{ any: ['JSON'] }, "message: { any: [ 'JSON' ] }", { any: ['JSON'] }],
      [new Uint8Array([0, 255]), 'Uint8Array(2) [ 0, 255 ]', { base64: 'AP8=' }],
    ] as const) {
      const arrival = once(b as never, 'broadcast');
      const id = await a?.broadcast(message);
      const [received] = (await arrival) as [Received];
      const printed = inspect(received);
      expect(printed).toMatch(/^Received \{\s+kind: 'broadcast',/);
      for (const part of [`id: '${id}'`, `origin: '${a?.id}'`, `from: '${a?.id}'`, 'hops: 1', shown]) {
        expect(printed).toContain(part);
      }
      expect(JSON.parse(JSON.stringify(received))).toEqual({
        kind: 'broadcast',
        id,
        origin: a?.id,
        from: a?.id,
        hops: 1,
        message: json,
      });
    }
  });

  test('an unknown option is refused by every call that takes options, with the nearest', async () => {
    await expect(createNode({ ackTimeout: 5 } as never)).rejects.toMatchObject({
      code: 'bad-option',
      message: 'createNode has no option "ackTimeout"; did you mean "ackTimeoutMs"?',
    });
    await expect(createNode({ listen: { port: 0, hots: '::1' } } as never)).rejects.toThrow('did you mean "host"?');
    await expect(createNode({ redial: { base: 5 } } as never)).rejects.toThrow('did you mean "baseMs"?');
    await expect(createNode(8000 as never)).rejects.toThrow('createNode takes its options as an object, not a number');
    await using node = await createNode({});
    await expect(node.broadcast('x', { TTL: 3 } as never)).rejects.toThrow('did you mean "ttl"?');
    await expect(node.broadcast('x', 3 as never)).rejects.toThrow('broadcast takes its options as an object');
    await expect(node.dm(node.id, 'x', { acks: true } as never)).rejects.toThrow('did you mean "ack"?');
    await expect(node.connect('::1', 1, { signl: undefined } as never)).rejects.toThrow('did you mean "signal"?');
    expect(() => node.messages({ sginal: undefined } as never)).toThrow('did you mean "signal"?');
    expect(node.counters().totals.originated).toBe(0);
  });

  test('what is neither JSON nor bytes, too large, or has a wrong TTL, is refused and not sent', async () => {
    await using network = new TestNetwork();
    const [a] = await network.graph(2, [[0, 1]], { maxFrameBytes: 1024 });
    if (a === undefined) throw new Error('unreachable');
    const loop: unknown[] = [];
    loop.push(loop);
    for (const bad of [undefined, () => 1, loop, 10n]) {
      expect((await failureOf(a.broadcast(bad))).code).toBe('bad-message');
    }
    expect((await failureOf(a.broadcast(new Uint8Array(1024 - 43)))).message).toBe(
      'a frame of 1025 bytes; maxFrameBytes is 1024',
    );
    for (const ttl of [-1, 1.5, 65_536, Number.NaN]) {
      expect((await failureOf(a.broadcast('x', { ttl }))).code).toBe('bad-message');
    }
    expect(a.counters().totals.originated).toBe(0);
    await a.broadcast(new Uint8Array(1024 - 44));
    expect(a.counters().totals.originated).toBe(1);
  });

  test('a TTL is a horizon', async () => {
    await using network = new TestNetwork();
    const nodes = await network.graph(4, [
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    const reached: number[] = [];
    nodes.forEach((node, at) => {
      node.on('broadcast', ({ message }) => message === 'near' && reached.push(at));
    });
    const last = once(nodes[3] as never, 'broadcast');
    await nodes[0]?.broadcast('near', { ttl: 2 });
    await nodes[0]?.broadcast('far', { ttl: 3 });
    // Links keep the order, so what was to come before "far" has come.
    await last;
    expect(reached).toEqual([1, 2]);
  });

  test('iteration gives messages in order, drops the oldest past its bound, and ends with the node', async () => {
    await using network = new TestNetwork();
    const [a, b] = await network.graph(2, [[0, 1]], { maxBufferedMessages: 3 });
    if (a === undefined || b === undefined) throw new Error('unreachable');
    const stream = b.messages();
    for (let i = 0; i < 5; i++) await a.broadcast(i);
    await until(() => b.counters().totals.delivered === 5);
    expect(stream.dropped).toBe(2);
    expect(b.counters().iterationDropped).toBe(2);
    const closed = b.close();
    const seen: unknown[] = [];
    for await (const { message } of stream) seen.push(message);
    expect(seen).toEqual([2, 3, 4]);
    await closed;
  });

  test('an iteration that is left, or aborted, takes no more', async () => {
    await using network = new TestNetwork();
    const [a, b] = await network.graph(2, [[0, 1]]);
    if (a === undefined || b === undefined) throw new Error('unreachable');
    const abort = new AbortController();
    const [left, aborted] = [b.messages(), b.messages({ signal: abort.signal })];
    await a.broadcast('one');
    for await (const { message } of left) {
      expect(message).toBe('one');
      break;
    }
    for await (const _ of aborted) abort.abort();
    await a.broadcast('two');
    await until(() => b.counters().totals.delivered === 2);
    expect(await left.next()).toEqual({ value: undefined, done: true });
    expect(await aborted.next()).toEqual({ value: undefined, done: true });
  });

  test('what a listener throws does not reach the protocol', async () => {
    await using network = new TestNetwork();
    const [a, b] = await network.graph(2, [[0, 1]]);
    if (a === undefined || b === undefined) throw new Error('unreachable');
    const uncaught: unknown[] = [];
    const before = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', error => uncaught.push(error));
    try {
      b.on('broadcast', () => {
        throw new Error('of the application');
      });
      await a.broadcast('one');
      await a.broadcast('two');
      await until(() => uncaught.length === 2);
      expect(b.counters().totals.delivered).toBe(2);
      expect(b.neighbors().map(({ id }) => id)).toEqual([a.id]);
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of before) process.on('uncaughtException', listener);
    }
  });
});

describe('direct messages', () => {
  test('with ack: resolves when the recipient, several hops away, has it, and nobody else gets it', async () => {
    await using network = new TestNetwork();
    const nodes = await network.graph(4, [
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    const got: [number, unknown][] = [];
    nodes.forEach((node, at) => {
      node.on('dm', ({ message }) => got.push([at, message]));
    });
    await nodes[0]?.dm(nodes[3]?.id ?? '', 'hello', { ack: true, timeoutMs: 5000 });
    expect(got).toEqual([[3, 'hello']]);
  });

  test('out of reach: times out, and says that delivery is unknown', async () => {
    await using network = new TestNetwork();
    const nodes = await network.graph(3, [
      [0, 1],
      [1, 2],
    ]);
    const error = await failureOf(nodes[0]?.dm(nodes[2]?.id ?? '', 'x', { ack: true, timeoutMs: 20, ttl: 1 }) as never);
    expect(error).toMatchObject({ code: 'ack-timeout', definite: false });
    expect(error.message).toMatch(/within 20 ms; whether it arrived is unknown/);
  });

  test.each([
    ['of the recipient', true],
    ['of another peer', false],
  ])('an acknowledgement in the name %s: taken is %s', async (_, isRecipient) => {
    await using network = new TestNetwork();
    const node = await network.node();
    const stranger = await network.stranger(node);
    await stranger.handshake();
    const recipient = randomBytes(16);
    const asked = node.dm(formatId(recipient), 'x', { ack: true, timeoutMs: isRecipient ? 5000 : 100 });
    const outcome = asked.then(
      () => 'acknowledged',
      (error: NodeError) => error.code,
    );
    const frame = await stranger.frame(FRAME_TYPE.dm);
    const { id, origin } = decodeData(frame ?? new Uint8Array(0)) ?? {};
    if (id === undefined || origin === undefined) throw new Error('no direct message came');
    const ack = { flags: DM_FLAG.isAck, ttl: 9, initialTtl: 9, id: randomBytes(16), destination: origin, payload: id };
    stranger.socket.write(encodeData({ ...ack, origin: isRecipient ? recipient : stranger.nodeId }));
    expect(await outcome).toBe(isRecipient ? 'acknowledged' : 'ack-timeout');
  });

  test('closing or aborting while waiting: not definite', async () => {
    await using network = new TestNetwork();
    const [a] = await network.graph(2, [[0, 1]]);
    if (a === undefined) throw new Error('unreachable');
    const nobody = '00000000-0000-4000-8000-000000000000';
    const abort = new AbortController();
    const aborted = a.dm(nobody, 'x', { ack: true, signal: abort.signal });
    const closed = failureOf(a.dm(nobody, 'y', { ack: true }));
    abort.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await a.close();
    expect(await closed).toMatchObject({ code: 'closed', definite: false });
  });

  test('to oneself, or to what is no id: refused', async () => {
    await using network = new TestNetwork();
    const node = await network.node();
    expect((await failureOf(node.dm(node.id, 'x'))).code).toBe('bad-option');
    expect((await failureOf(node.dm('n3', 'x'))).message).toBe('to is "n3": it must be a node id: a UUID');
  });
});

describe('links', () => {
  test('connect tells both ends, neighbors() says who, hangup ends it for good', async () => {
    await using network = new TestNetwork();
    const [a, b] = [await network.node({ redial: { baseMs: 1 } }), await network.node()];
    const known = once(b, 'peer-connect');
    const neighbor = await a.connect(b.address.host, b.address.port);
    expect(neighbor).toEqual({ id: b.id, address: `127.0.0.1:${b.address.port}`, direction: 'out' });
    expect((await known)[0]).toMatchObject({ id: a.id, direction: 'in' });
    expect(a.neighbors()).toEqual([neighbor]);
    const gone = Promise.all([once(a, 'peer-disconnect'), once(b, 'peer-disconnect')]);
    expect(a.hangup(b.id)).toBe(true);
    const [[atA], [atB]] = await gone;
    expect(atA).toMatchObject({ id: b.id, reason: 'hangup' });
    expect(atB).toMatchObject({ id: a.id, reason: 'hangup' });
    expect(a.hangup(b.id)).toBe(false);
  });

  test('a dialled link comes back when its peer does', async () => {
    await using network = new TestNetwork();
    const a = await network.node({ redial: { baseMs: 5, capMs: 20 } });
    const b = await network.node();
    await a.connect(b.address.host, b.address.port);
    const gone = once(a, 'peer-disconnect');
    await b.close();
    expect((await gone)[0]).toMatchObject({ reason: 'leaving' });
    const back = once(a, 'peer-connect');
    await network.node({ id: b.id, listen: b.address });
    expect((await back)[0]).toMatchObject({ id: b.id });
  });

  test('two nodes that dial each other at once are neighbours by one link, and are announced once', async () => {
    await using network = new TestNetwork();
    const [a, b] = [await network.node(), await network.node()];
    const events: string[] = [];
    for (const node of [a, b]) {
      node.on('peer-connect', () => events.push('connect'));
      node.on('peer-disconnect', () => events.push('disconnect'));
    }
    await Promise.all([a.connect(b.address.host, b.address.port), b.connect(a.address.host, a.address.port)]);
    await until(() => a.counters().openLinks === 1 && b.counters().openLinks === 1);
    expect(a.neighbors()[0]?.direction).not.toBe(b.neighbors()[0]?.direction);
    expect(events).toEqual(['connect', 'connect']);
  });

  test('a connection to itself, to another network, to nothing: refused with the reason', async () => {
    await using network = new TestNetwork();
    const a = await network.node();
    const other = await network.node({ network: 'other' });
    const { host, port } = a.address;
    expect((await failureOf(a.connect(host, port))).message).toMatch(/the handshake ended: own-id$/);
    expect((await failureOf(other.connect(host, port))).message).toMatch(/the handshake ended: wrong-network$/);
    await other.close();
    expect((await failureOf(a.connect(host, other.address.port))).message).toMatch(/ECONNREFUSED$/);
  });

  test('an aborted connect makes no link', async () => {
    await using network = new TestNetwork();
    const [a, b] = [await network.node(), await network.node()];
    const abort = new AbortController();
    const connecting = a.connect(b.address.host, b.address.port, { signal: abort.signal });
    abort.abort(new Error('changed my mind'));
    await expect(connecting).rejects.toThrow('changed my mind');
    await a.close();
    expect([a.counters().openLinks, b.neighbors()]).toEqual([0, []]);
  });

  test('a refused stranger is told by an error event, with a reason', async () => {
    await using network = new TestNetwork();
    const node = await network.node();
    const told = once(node, 'error');
    // `once` rejects on error events: that is the one awaited here.
    const socket = connect(node.address.port, node.address.host, () => socket.end('GET / HTTP/1.1\r\n\r\n'));
    socket.resume();
    const error = await told.then(
      ([value]) => value,
      reason => reason,
    );
    expect(error).toMatchObject({ code: 'link-refused', details: { reason: 'malformed' } });
  });

  test('after close every call says so, and the port is free', async () => {
    const node = await createNode({ listen: { host: '127.0.0.1', port: 0 } });
    await node.close();
    await node.close();
    expect((await failureOf(node.broadcast('x'))).code).toBe('closed');
    expect((await failureOf(node.connect('127.0.0.1', 1))).code).toBe('closed');
    const { host = '', port = 0 } = node.address ?? {};
    const again = await createNode({ listen: { host, port } });
    await again.close();
  });

  test('wrong options are refused by name', async () => {
    expect((await failureOf(createNode({ id: 'me', security: 'open' }))).message).toBe('id is "me": it must be a UUID');
    expect((await failureOf(createNode({ maxFrameBytes: 12 }))).message).toMatch(/^maxFrameBytes is 12/);
    expect((await failureOf(createNode({ slowReader: 'wait' as never }))).message).toMatch(/^slowReader is "wait"/);
    expect((await failureOf(createNode({ listen: { port: 70_000 } }))).message).toMatch(/^listen.port is 70000/);
    expect((await failureOf(createNode({ network: 'n'.repeat(256) }))).message).toMatch(/^network is/);
    await using network = new TestNetwork();
    const node = await network.node();
    expect((await failureOf(createNode({ listen: node.address }))).code).toBe('listen-failed');
  });
});

test('Prometheus text has the counters that counters() has', async () => {
  await using network = new TestNetwork();
  const [a, b] = await network.graph(2, [[0, 1]]);
  if (a === undefined || b === undefined) throw new Error('unreachable');
  await a.dm(b.id, 'one', { ack: true });
  await a.broadcast('two');
  await until(() => b.counters().totals.delivered === 2);
  const text = b.metrics();
  expect(text).toContain('# TYPE peerlab_messages_delivered_total counter\npeerlab_messages_delivered_total 2\n');
  expect(text).toContain(`peerlab_link_frames_total{peer="${a.id}",direction="in"} 2\n`);
  expect(text).toContain('peerlab_frames_total{direction="out"} 1\n');
  expect(text).toContain(`peerlab_bytes_total{direction="in"} ${b.counters().traffic.bytesIn}\n`);
  const framesBefore = b.counters().traffic.framesIn;
  await a.close();
  await until(() => b.counters().openLinks === 0);
  expect(b.counters().traffic.framesIn).toBe(framesBefore);
});
