/** Nodes that prove who they are, over TCP. The attacks themselves are tried in packages/protocol/src/security. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FRAME_TYPE } from '@peerlab/protocol';
import { describe, expect, test } from 'vitest';
import { ringLinks, TestNetwork, until } from '../test/network.ts';
import { Wiretap } from '../test/wiretap.ts';
import { createNode, type Received } from './index.ts';

/** The payload of a broadcast that just fits into a frame of 64 KiB, signed alone. */
const LARGEST = 65_536 - 44 - 113;

const UUID_8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe.each(['signed', 'sealed'] as const)('%s', security => {
  test('a ring of five talks as an open one does: broadcasts, horizons, direct messages, acknowledgements', async () => {
    await using network = new TestNetwork();
    const nodes = await network.graph(5, ringLinks(5), { security });
    const [a, b, c] = nodes;
    if (a === undefined || b === undefined || c === undefined) throw new Error('unreachable');
    for (const node of nodes) expect([node.id, node.security]).toEqual([expect.stringMatching(UUID_8), security]);
    const got: string[] = [];
    nodes.forEach((node, at) => {
      node.on('broadcast', ({ origin, hops, message }) => got.push(`${at} ${hops} ${origin === a.id} ${message}`));
    });
    await a.broadcast('near', { ttl: 1 });
    await a.broadcast('all');
    await until(() => got.length === 6);
    expect(got.sort()).toEqual([
      '1 1 true all',
      '1 1 true near',
      '2 2 true all',
      '3 2 true all',
      '4 1 true all',
      '4 1 true near',
    ]);
    const arrival = once(c, 'dm');
    await a.dm(c.id, { for: 'c' }, { ack: true, timeoutMs: 5000 });
    const [{ origin, message }] = (await arrival) as [Received];
    expect([origin, message]).toEqual([a.id, { for: 'c' }]);
    for (const node of nodes) expect(node.counters().rejected).toEqual({ invalid: 0, old: 0 });
    expect(b.metrics()).toContain('peerlab_copies_rejected_total{reason="invalid"} 0');
  });

  test('a burst arrives whole and in order, between messages that are signed alone', async () => {
    await using network = new TestNetwork();
    const [a, b] = await network.graph(2, [[0, 1]], { security, maxFrameBytes: 65_536 });
    if (a === undefined || b === undefined) throw new Error('unreachable');
    const got: unknown[] = [];
    b.on('broadcast', ({ message }) => got.push(message instanceof Uint8Array ? message.length : message));
    const sent: unknown[] = [];
    for (let i = 0; i < 600; i++) {
      const isLarge = i % 200 === 150;
      void a.broadcast(isLarge ? new Uint8Array(LARGEST) : i);
      sent.push(isLarge ? LARGEST : i);
    }
    await a.broadcast('last');
    await a.close();
    await until(() => got.length === 601);
    expect(got).toEqual([...sent, 'last']);
    expect(b.counters().rejected).toEqual({ invalid: 0, old: 0 });
  });

  test('an open node is refused at both ends, and told why', async () => {
    await using network = new TestNetwork();
    const [secured, open] = [await network.node({ security }), await network.node()];
    await expect(open.connect(secured.address.host, secured.address.port)).rejects.toThrow(/wrong-version$/);
    const reason = security === 'sealed' ? 'wrong-security' : 'wrong-version';
    await expect(secured.connect(open.address.host, open.address.port)).rejects.toThrow(reason);
    expect([secured.neighbors(), open.neighbors()]).toEqual([[], []]);
    const stranger = await network.stranger(secured);
    stranger.hello();
    expect((await stranger.frame(FRAME_TYPE.bye))?.readUInt16BE(6)).toBe(3);
  });
});

test('a sealed and a signed node refuse each other, and say why', async () => {
  await using network = new TestNetwork();
  const [signed, sealed] = [await network.node({ security: 'signed' }), await network.node({ security: 'sealed' })];
  for (const [from, to] of [
    [signed, sealed],
    [sealed, signed],
  ] as const) {
    await expect(from.connect(to.address.host, to.address.port)).rejects.toThrow(/wrong-security$/);
  }
});

describe('eavesdrop: somebody on the wire records everything', () => {
  test.each([
    ['open', true],
    ['signed', true],
    ['sealed', false],
  ] as const)('%s: reads it: %s', async (security, isRead) => {
    await using network = new TestNetwork();
    const [a, b] = [await network.node({ security }), await network.node({ security })];
    await using wire = await Wiretap.to(b.address.port);
    await a.connect('127.0.0.1', wire.port);
    await a.dm(b.id, 'meet me at noon', { ack: true, timeoutMs: 5000 });
    await b.broadcast('and bring the map');
    await until(() => a.counters().totals.delivered === 1);
    const recorded = wire.recorded();
    expect(recorded.length).toBeGreaterThan(300);
    for (const secret of [
      'meet me at noon',
      'bring the map',
      'peerlab',
      Buffer.from(a.id.replaceAll('-', ''), 'hex'),
    ]) {
      expect(recorded.includes(secret)).toBe(isRead);
    }
  });
});

test('a third that decrypts and encrypts anew gets no link, at either end', async () => {
  await using network = new TestNetwork();
  const [a, b] = [await network.node({ security: 'sealed' }), await network.node({ security: 'sealed' })];
  await using wire = await Wiretap.decrypting(b.address.port);
  await expect(a.connect('127.0.0.1', wire.port)).rejects.toThrow(/not-proven$/);
  // The attack did what it was to do: it has read the HELLO.
  expect(wire.recorded().includes('peerlab')).toBe(true);
  expect([a.neighbors(), b.neighbors()]).toEqual([[], []]);
});

test('connections that never encrypt are bounded like others, and end in time', async () => {
  await using network = new TestNetwork();
  const node = await network.node({ security: 'sealed', maxPendingHandshakes: 2, handshakeTimeoutMs: 300 });
  const waiting = [await network.stranger(node), await network.stranger(node)];
  waiting[1]?.socket.write(Buffer.from([0x16, 3, 1]));
  await until(() => node.counters().openLinks === 2);
  await (await network.stranger(node)).closed();
  for (const stranger of waiting) await stranger.closed();
  await until(() => node.counters().openLinks === 0);
  const friend = await network.node({ security: 'sealed' });
  await friend.connect(node.address.host, node.address.port);
});

test('links of sealed nodes are bounded, those dialled included', async () => {
  await using network = new TestNetwork();
  const sealed = { security: 'sealed' } as const;
  const [a, b] = [await network.node({ ...sealed, maxLinks: 1 }), await network.node(sealed)];
  await a.connect(b.address.host, b.address.port);
  const c = await network.node(sealed);
  await expect(a.connect(c.address.host, c.address.port)).rejects.toThrow(/too-many-links$/);
  await expect(c.connect(a.address.host, a.address.port)).rejects.toThrow(/connection-lost$/);
  expect(a.neighbors().map(({ id }) => id)).toEqual([b.id]);
});

test('a node with a key file is the same node after a restart, and nobody else can be it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'peerlab-node-'));
  try {
    const identity = { file: join(folder, 'ada.pem') };
    const first = await createNode({ security: 'signed', identity });
    await first.close();
    await using second = await createNode({ security: 'signed', identity });
    expect(second.id).toBe(first.id);
    await using open = await createNode({ security: 'open', identity });
    expect([open.id, open.security]).toEqual([first.id, 'open']);
    writeFileSync(identity.file, 'spoilt');
    await expect(createNode({ security: 'signed', identity })).rejects.toMatchObject({
      code: 'bad-identity',
      message: expect.stringContaining('not an Ed25519 private key in PEM; move the file away'),
      details: identity,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('options that contradict each other are refused', async () => {
  const id = '11111111-2222-4333-8444-555555555501';
  const derived = "left out: the node id is derived from the node's key";
  await expect(createNode({ id, security: 'signed' })).rejects.toThrow(derived);
  await expect(createNode({ id, identity: { file: 'x' } })).rejects.toThrow(derived);
  await expect(createNode({ security: 'closed' as never })).rejects.toThrow('security is "closed"');
  await expect(createNode({ identity: { file: '' } })).rejects.toThrow(
    'identity.file is "": it must be a file\'s path',
  );
  await expect(createNode({ identity: { path: 'x' } as never })).rejects.toThrow('identity has no option "path"');
});

test('a sealed message reaches a peer that the sender never heard of; nobody who is not there is sent one', async () => {
  await using network = new TestNetwork();
  const [a, b, c] = await network.graph(
    3,
    [
      [0, 1],
      [1, 2],
    ],
    { security: 'sealed' },
  );
  if (a === undefined || b === undefined || c === undefined) throw new Error('unreachable');
  c.handle(({ message, origin }) => `${message} of ${origin}`);
  expect(await a.request(c.id, 'a question')).toBe(`a question of ${a.id}`);
  await c.dm(a.id, new Uint8Array(20_000), { ack: true });
  // A relay delivers none of them.
  expect(b.counters().totals).toMatchObject({ delivered: 0, relayed: 4 });
  const nobody = '11111111-2222-8333-8444-555555555501';
  const abort = new AbortController();
  const aborted = a.dm(nobody, 'x', { signal: abort.signal });
  const closed = a.dm(nobody, 'x');
  abort.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
  const { originated } = a.counters().totals;
  await Promise.all([a.close(), expect(closed).rejects.toMatchObject({ code: 'closed', definite: true })]);
  expect(a.counters().totals.originated).toBe(originated);
});
