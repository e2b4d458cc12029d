/** Limits at the level of TCP, each with links that misbehave in one way. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { decodeBye, encodeData, encodePing, FRAME_TYPE, parseId } from '@peerlab/protocol';
import { describe, expect, test } from 'vitest';
import { ringLinks, TestNetwork, until } from '../test/network.ts';
import type { Stranger } from '../test/stranger.ts';
import { encodeEnvelope } from './envelope.ts';
import { encodeNews } from './exchange/news.ts';
import { NodeError } from './index.ts';

function byeReason(frame: Buffer | undefined): string | undefined {
  return frame === undefined ? undefined : decodeBye(frame, 0, frame.length).reason;
}

test('news in the name of a neighbour is not believed', async () => {
  await using network = new TestNetwork();
  const [honest, forged, own] = [await network.node(), await network.node(), await network.node()];
  const bootstrap = [`127.0.0.1:${honest.address.port}`];
  const node = await network.node({ bootstrap, links: { min: 8, max: 8 } });
  await until(() => node.neighbors().length === 1);
  const stranger = await network.stranger(node);
  await stranger.handshake();
  const tell = (origin: Uint8Array, { id, address }: typeof own): void => {
    const news = encodeNews({ isAsking: false, canSpare: false, isFull: false, nodes: [{ id, ...address }] });
    const { payload, content } = encodeEnvelope({ kind: 'news' }, news);
    const frame = { flags: content, id: randomBytes(16), origin, initialTtl: 1, ttl: 1, payload };
    stranger.socket.write(encodeData(frame));
  };
  tell(parseId(honest.id) ?? new Uint8Array(), forged);
  tell(stranger.nodeId, own);
  await until(() => own.neighbors().length === 1);
  expect(forged.counters().openLinks).toBe(0);
});

describe('who is let in', () => {
  test.each([
    ['data before HELLO', 'hello-expected', Buffer.concat([Buffer.from([0, 0, 0, 40, 0x10, 0]), Buffer.alloc(38, 1)])],
    ['garbage', 'malformed', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['a HELLO over its bound', 'malformed', Buffer.from([0, 0, 8, 0, 0x01, 0])],
  ])('%s is refused with the reason', async (_, reason, bytes) => {
    await using network = new TestNetwork();
    const node = await network.node();
    const stranger = await network.stranger(node);
    stranger.socket.write(bytes);
    expect(byeReason(await stranger.frame(FRAME_TYPE.bye))).toBe(reason);
    await stranger.closed();
    expect(node.counters().openLinks).toBe(0);
  });

  test('a connection that says nothing is ended when its handshake is overdue', async () => {
    await using network = new TestNetwork();
    const node = await network.node({ handshakeTimeoutMs: 20 });
    const stranger = await network.stranger(node);
    expect(byeReason(await stranger.frame(FRAME_TYPE.bye))).toBe('handshake-timeout');
    await stranger.closed();
  });

  test('connections that wait for their handshake are bounded', async () => {
    await using network = new TestNetwork();
    const node = await network.node({ maxPendingHandshakes: 3 });
    const waiting = await Promise.all([1, 2, 3].map(() => network.stranger(node)));
    await until(() => node.counters().openLinks === 3);
    const refused = await network.stranger(node);
    expect(byeReason(await refused.frame(FRAME_TYPE.bye))).toBe('too-many-handshakes');
    for (const { socket } of waiting) socket.destroy();
    await until(() => node.counters().openLinks === 0);
    await (await network.stranger(node)).handshake();
    expect(node.neighbors()).toHaveLength(1);
  });

  test('links are bounded, those dialled included', async () => {
    await using network = new TestNetwork();
    const [a, b, c] = [await network.node({ maxLinks: 1 }), await network.node(), await network.node()];
    await a.connect(b.address.host, b.address.port);
    await expect(a.connect(c.address.host, c.address.port)).rejects.toThrow(/too-many-links$/);
    await expect(c.connect(a.address.host, a.address.port)).rejects.toThrow(/too-many-links$/);
    expect(a.neighbors().map(({ id }) => id)).toEqual([b.id]);
  });

  test('one address connects so often, another is not held back by it', async () => {
    await using network = new TestNetwork();
    const node = await network.node({ attemptsPerSecond: 0, attemptsBurst: 2 });
    const from = (localAddress: string): Promise<Stranger> => network.stranger(node, { localAddress });
    await (await from('127.0.0.2')).handshake();
    await (await from('127.0.0.2')).handshake();
    expect(byeReason(await (await from('127.0.0.2')).frame(FRAME_TYPE.bye))).toBe('too-many-attempts');
    await (await from('127.0.0.3')).handshake();
    expect(node.neighbors()).toHaveLength(3);
  });
});

describe('frames', () => {
  test('one over maxFrameBytes ends the link with a BYE', async () => {
    await using network = new TestNetwork();
    const node = await network.node({ maxFrameBytes: 2048 });
    const stranger = await network.stranger(node);
    await stranger.handshake();
    stranger.socket.write(Buffer.from([0, 0, 8, 0, 0x10, 0]));
    expect(byeReason(await stranger.frame(FRAME_TYPE.bye))).toBe('frame-too-large');
    await stranger.closed();
  });
});

describe('liveness', () => {
  test('a half-open connection is found: no byte comes, the link ends', async () => {
    await using network = new TestNetwork();
    const node = await network.node({ pingIntervalMs: 20, pongTimeoutMs: 20 });
    const gone = once(node, 'peer-disconnect');
    const stranger = await network.stranger(node);
    await stranger.handshake();
    expect((await gone)[0]).toMatchObject({ reason: 'not-alive' });
    await stranger.closed();
  });
});

describe('slow readers', () => {
  const LIMITS = { maxQueueBytes: 256 * 1024, highWaterBytes: 64 * 1024 };

  test('at the origin the caller waits, memory stays bounded, and the link is cut off when it stalls', async () => {
    await using network = new TestNetwork();
    const node = await network.node({ ...LIMITS, stallTimeoutMs: 100 });
    const stranger = await network.stranger(node);
    await stranger.handshake();
    const gone = once(node, 'peer-disconnect');
    let isGone = false;
    let peakBytes = 0;
    const sending = (async () => {
      while (!isGone) {
        await node.broadcast(new Uint8Array(32 * 1024));
        peakBytes = Math.max(peakBytes, node.counters().queueBytes);
      }
    })();
    expect((await gone)[0]).toMatchObject({ reason: 'slow-reader' });
    isGone = true;
    await sending;
    expect(peakBytes).toBeGreaterThan(LIMITS.highWaterBytes);
    expect(peakBytes).toBeLessThan(LIMITS.highWaterBytes + 33 * 1024);
  });

  test('a caller that does not wait is told when too much waits; what waits can be given up', async () => {
    await using network = new TestNetwork();
    const node = await network.node({ ...LIMITS, maxOutboxBytes: 64 * 1024 });
    const stranger = await network.stranger(node);
    await stranger.handshake();
    const abort = new AbortController();
    const outcomes: unknown[] = [];
    const send = (): void => {
      node.broadcast(new Uint8Array(32 * 1024), { signal: abort.signal }).catch(error => outcomes.push(error));
    };
    const { originated } = node.counters().totals;
    while (node.counters().outboxBytes < 64 * 1024) {
      send();
      await new Promise(resolve => setImmediate(resolve));
    }
    send();
    await until(() => outcomes.length === 1);
    expect(outcomes[0]).toMatchObject({ code: 'outbox-full', definite: true });
    const sent = node.counters().totals.originated;
    expect(sent).toBeGreaterThan(originated);
    abort.abort(new Error('cancelled'));
    await until(() => outcomes.length === 3);
    expect(node.counters()).toMatchObject({ outboxBytes: 0, totals: { originated: sent } });
    const waiting = node.broadcast(new Uint8Array(32 * 1024));
    stranger.socket.destroy();
    await waiting;
  });

  test('closing tells who waits that nothing was sent', async () => {
    await using network = new TestNetwork();
    const node = await network.node({ ...LIMITS, drainTimeoutMs: 20 });
    const stranger = await network.stranger(node);
    await stranger.handshake();
    const failures: unknown[] = [];
    while (node.counters().outboxBytes === 0) {
      node.broadcast(new Uint8Array(32 * 1024)).catch(error => failures.push(error));
      await new Promise(resolve => setImmediate(resolve));
    }
    await node.close();
    expect(failures).toHaveLength(1);
    expect(failures[0]).toBeInstanceOf(NodeError);
    expect(failures[0]).toMatchObject({ code: 'closed', definite: true });
  });

  test.each(['cut', 'drop'] as const)('at a relay: %s, and the others are served', async slowReader => {
    await using network = new TestNetwork();
    const [source, relay, sink] = await network.graph(
      3,
      [
        [0, 1],
        [1, 2],
      ],
      {
        ...LIMITS,
        slowReader,
      },
    );
    if (source === undefined || relay === undefined || sink === undefined) throw new Error('unreachable');
    const stranger = await network.stranger(relay);
    await stranger.handshake();
    const gone: string[] = [];
    relay.on('peer-disconnect', ({ reason }) => gone.push(reason));
    let received = 0;
    sink.on('broadcast', () => received++);
    let sent = 0;
    let peakBytes = 0;
    while (relay.counters().totals.dropped === 0) {
      await source.broadcast(new Uint8Array(32 * 1024));
      sent++;
      await until(() => received === sent);
      peakBytes = Math.max(peakBytes, relay.counters().queueBytes);
    }
    expect(gone).toEqual(slowReader === 'cut' ? ['slow-reader'] : []);
    expect(relay.neighbors()).toHaveLength(slowReader === 'cut' ? 2 : 3);
    expect(peakBytes).toBeLessThan(LIMITS.maxQueueBytes + 2 * 33 * 1024);
  });

  test('who asks without end and never reads the answers is cut off', async () => {
    await using network = new TestNetwork();
    const node = await network.node(LIMITS);
    const stranger = await network.stranger(node);
    await stranger.handshake();
    let isGone = false;
    node.on('peer-disconnect', ({ reason }) => {
      isGone = reason === 'slow-reader';
    });
    const pings = Buffer.concat(Array.from({ length: 4096 }, () => encodePing('ping', new Uint8Array(8))));
    let peakBytes = 0;
    while (!isGone) {
      stranger.socket.write(pings);
      await new Promise(resolve => setImmediate(resolve));
      peakBytes = Math.max(peakBytes, node.counters().queueBytes);
    }
    expect(peakBytes).toBeLessThan(LIMITS.maxQueueBytes + 128 * 1024);
  });

  test('a cycle of peers that all send at once does not block itself', async () => {
    await using network = new TestNetwork();
    const nodes = await network.graph(5, ringLinks(5), { highWaterBytes: 32 * 1024 });
    const messages = 60;
    await Promise.all(
      nodes.map(async node => {
        for (let i = 0; i < messages; i++) await node.broadcast(new Uint8Array(64 * 1024));
      }),
    );
    await until(() => nodes.every(node => node.counters().totals.delivered === messages * (nodes.length - 1)));
    for (const node of nodes) expect(node.counters()).toMatchObject({ totals: { dropped: 0 }, openLinks: 2 });
  }, 20_000);
});

describe('shutdown', () => {
  test('what was sent before close arrives, and the counters of both ends agree', async () => {
    await using network = new TestNetwork();
    const nodes = await network.graph(3, [
      [0, 1],
      [1, 2],
    ]);
    const [a, b, c] = nodes;
    if (a === undefined || b === undefined || c === undefined) throw new Error('unreachable');
    let sent = 0;
    for (; sent < 500; sent++) await a.broadcast(new Uint8Array(1024));
    await a.close();
    await until(() => c.counters().totals.delivered === sent);
    expect(b.counters().totals).toMatchObject({ delivered: sent, relayed: sent });
    expect(a.counters().traffic.framesOut).toBe(sent);
    expect(b.counters().traffic.framesIn).toBe(sent);
  });

  test('both ends closing at once lose nothing that was sent', async () => {
    await using network = new TestNetwork();
    const [a, b] = await network.graph(2, [[0, 1]]);
    if (a === undefined || b === undefined) throw new Error('unreachable');
    for (let i = 0; i < 200; i++) await Promise.all([a.broadcast(i), b.broadcast(i)]);
    await Promise.all([a.close(), b.close()]);
    expect(a.counters().traffic).toMatchObject({ framesOut: 200, framesIn: 200 });
    expect(b.counters().traffic).toMatchObject({ framesOut: 200, framesIn: 200 });
  });

  test('a neighbour that never answers does not hold it up', async () => {
    await using network = new TestNetwork();
    const node = await network.node({ drainTimeoutMs: 50 });
    const stranger = await network.stranger(node);
    await stranger.handshake();
    await node.close();
    expect(node.counters().openLinks).toBe(0);
  });
});
