/** Direct messages that only their recipients read, how a sender finds their keys, and who tries to read them or to give false ones. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Attacker, linkOf, messagesTo, patched } from '../../test/attacker.ts';
import { type TestPeer, TestWorld } from '../../test/test-peer.ts';
import { testSecurity } from '../../test/test-security.ts';
import { framesIn, idOf, rawFrame } from '../../test/wire.ts';
import { CONTENT, DM_FLAG, FLAGS_AT, FRAME_TYPE, TYPE_AT } from '../frame.ts';
import type { Id } from '../id.ts';
import { nodeIdOf } from './derived-id.ts';
import { encodeKey, encodeKeyWanted } from './key-frames.ts';
import { KEY_SEARCH_MS } from './key-search.ts';
import { MessageSecurity } from './message-security.ts';
import type { SecurityMode } from './peer-security.ts';
import { bodyBytes, decodeBody, encodeBody, LEAST_BODY_BYTES } from './sealed-body.ts';
import { payloadAt } from './signed-frame.ts';

const SECRET = Buffer.from('meet me at noon');

/** A line: the first dials the second, and so on. */
function line(count: number, security: SecurityMode | 'open'): { world: TestWorld; peers: TestPeer[] } {
  const world = new TestWorld({ security });
  const edges = Array.from({ length: count - 1 }, (_, i) => [i, i + 1] as const);
  return { world, peers: world.wire(count, edges) };
}

interface Sent {
  readonly id: Id | undefined;
  readonly isReady: boolean | undefined;
}

/** Finds the key, sends, and lets everything arrive. */
function send(world: TestWorld, from: TestPeer, to: Id, payload: Uint8Array = SECRET, ack = true): Sent {
  let isReady: boolean | undefined;
  let id: Id | undefined;
  from.peer.prepareDm(to, world.clock.nowMs, found => {
    isReady = found;
    if (found) id = from.peer.dm(to, payload, { ack, content: CONTENT.text }, world.clock.nowMs);
  });
  world.clock.run(10);
  return { id, isReady };
}

/** Everything that a peer has sent, on any link. */
function saidBy(world: TestWorld, peer: TestPeer): Buffer {
  const ends = world.connections.flatMap(({ out, in: accepted }) => [out, accepted]);
  return Buffer.concat(ends.filter(end => peer.peer.links.has(linkOf(end))).flatMap(({ sent }) => sent));
}

describe.each(['open', 'signed', 'sealed'] as const)('%s', security => {
  it('read a DM as relay, and its acknowledgement', () => {
    const { world, peers } = line(3, security);
    const [a, relay, c] = peers;
    if (a === undefined || relay === undefined || c === undefined) throw new Error('unreachable');
    const { id } = send(world, a, c.peer.nodeId);
    expect(c.delivered).toMatchObject([{ kind: 'dm', origin: a.id, content: CONTENT.text, hops: 2 }]);
    expect(Buffer.from(c.delivered[0]?.payload ?? []).toString()).toBe(SECRET.toString());
    expect(a.acks).toMatchObject([{ by: c.id }]);
    const passed = framesIn([saidBy(world, relay)]).filter(
      ({ [TYPE_AT]: type }) => type === FRAME_TYPE.dm || type === FRAME_TYPE.signedDm,
    );
    expect(passed.length).toBe(2);
    const payloads = passed.map(frame => Buffer.from(frame.subarray(payloadAt(frame, 0))));
    const isRead = security !== 'sealed';
    expect(payloads.some(payload => payload.includes(SECRET))).toBe(isRead);
    expect(payloads.some(payload => payload.includes(Buffer.from(id ?? [])))).toBe(isRead);
    const flags = passed.map(frame => frame[FLAGS_AT] ?? 0).sort((x, y) => y - x);
    if (isRead) expect(flags).toEqual([CONTENT.text | DM_FLAG.ackWanted, DM_FLAG.isAck]);
    else {
      // The message and its acknowledgement look alike.
      expect(flags).toEqual([DM_FLAG.isSealed, DM_FLAG.isSealed]);
      expect(payloads[0]?.length).toBe(payloads[1]?.length);
    }
  });
});

describe('a sealed message', () => {
  it('is refused where others are not sealed, and an unsealed one where others are', () => {
    for (const security of ['signed', 'sealed'] as const) {
      const world = new TestWorld({ security });
      const [a, b] = world.wire(2, [[0, 1]]);
      if (a === undefined || b === undefined) throw new Error('unreachable');
      const attacker = new Attacker(world, security);
      const x = attacker.join(a);
      const flags = security === 'sealed' ? 0 : DM_FLAG.isSealed;
      x.send(attacker.message(SECRET, 9, b.peer.nodeId, flags));
      world.clock.run(10);
      expect([a.peer.rejected.invalid, b.delivered.length, b.peer.totals.duplicate]).toEqual([1, 0, 0]);
      expect(messagesTo(x)).toEqual([]);
    }
  });

  it('that cannot be opened is dropped, and the neighbour that brought it is not blamed', () => {
    const { world, peers } = line(2, 'sealed');
    const [a, b] = peers;
    if (a === undefined || b === undefined) throw new Error('unreachable');
    const attacker = new Attacker(world, 'sealed');
    const x = attacker.join(a);
    for (let n = 0; n < 20; n++)
      x.send(attacker.message(new Uint8Array(304).fill(n), 9, b.peer.nodeId, DM_FLAG.isSealed));
    world.clock.run(10);
    expect(b.delivered).toEqual([]);
    expect(b.peer.rejected.invalid).toBe(20);
    expect([a.peer.neighbours.length, b.peer.neighbours.length]).toEqual([2, 1]);
  });

  it('cannot be sent on by another as his own', () => {
    const { world, peers } = line(2, 'sealed');
    const [a, b] = peers;
    if (a === undefined || b === undefined) throw new Error('unreachable');
    const attacker = new Attacker(world, 'sealed');
    const x = attacker.join(a);
    send(world, a, b.peer.nodeId);
    const [stolen = new Uint8Array(0)] = messagesTo(x);
    x.send(attacker.message(stolen.slice(payloadAt(stolen, 0)), 9, b.peer.nodeId, DM_FLAG.isSealed));
    world.clock.run(10);
    expect(b.delivered.map(({ origin }) => origin)).toEqual([a.id]);
    expect(b.peer.rejected.invalid).toBe(1);
  });

  it('needs a key: without one nothing is sent, and who asks is told', () => {
    const { world, peers } = line(2, 'sealed');
    const [a] = peers;
    if (a === undefined) throw new Error('unreachable');
    expect(() => a.peer.dm(idOf(1), SECRET, {}, world.clock.nowMs)).toThrow('its key is not known');
    const told: boolean[] = [];
    a.peer.prepareDm(idOf(1), world.clock.nowMs, isReady => told.push(isReady));
    world.clock.run(KEY_SEARCH_MS - 1);
    expect(told).toEqual([]);
    world.clock.run(1);
    expect(told).toEqual([false]);
    a.peer.prepareDm(idOf(2), world.clock.nowMs, isReady => told.push(isReady));
    a.peer.leave(world.clock.nowMs);
    expect(told).toEqual([false, false]);
    expect(a.peer.totals.originated).toBe(0);
  });
});

describe('a key', () => {
  const questions = (world: TestWorld): number =>
    framesIn(world.connections.flatMap(({ out, in: accepted }) => [...out.sent, ...accepted.sent])).filter(
      ({ [TYPE_AT]: type }) => type === FRAME_TYPE.keyWanted,
    ).length;

  it('is found through others, once: a second message asks nobody', () => {
    const { world, peers } = line(6, 'sealed');
    const [a] = peers;
    const last = peers.at(-1);
    if (a === undefined || last === undefined) throw new Error('unreachable');
    expect(send(world, a, last.peer.nodeId).isReady).toBe(true);
    expect(last.delivered.length).toBe(1);
    // The last but one knows it: it is its neighbour's.
    expect(questions(world)).toBe(4);
    send(world, a, last.peer.nodeId);
    expect([last.delivered.length, questions(world)]).toEqual([2, 4]);
    // Who has passed it on knows it as well.
    const [, second] = peers;
    if (second !== undefined) send(world, second, last.peer.nodeId);
    expect([last.delivered.length, questions(world)]).toEqual([3, 4]);
  });

  it('that another gives in its place is not taken, whoever gives it', () => {
    const world = new TestWorld({ security: 'sealed' });
    const [a, b] = world.wire(2, [[0, 1]]);
    if (a === undefined || b === undefined) throw new Error('unreachable');
    const attacker = new Attacker(world, 'sealed');
    const x = attacker.join(a);
    const owner = testSecurity('sealed', 99);
    const ownerId = nodeIdOf(owner.publicKey, owner);
    const told: boolean[] = [];
    a.peer.prepareDm(ownerId, world.clock.nowMs, isReady => told.push(isReady));
    world.clock.run(10);
    expect(framesIn(x.got).at(-1)).toEqual(encodeKeyWanted(ownerId));
    const own = attacker.security?.publicKey ?? new Uint8Array(32);
    x.send(encodeKey(own));
    x.send(patched(encodeKey(owner.publicKey), 20, Uint8Array.of(1)));
    world.clock.run(10);
    expect(told).toEqual([]);
    x.send(encodeKey(owner.publicKey));
    world.clock.run(10);
    expect(told).toEqual([true]);
  });

  it('can be told from outside', () => {
    const { world, peers } = line(4, 'sealed');
    const [a, , , last] = peers;
    if (a === undefined || last?.identity.security === undefined) throw new Error('unreachable');
    expect(a.peer.learnKey(last.identity.security.publicKey)).toEqual(last.peer.nodeId);
    expect(send(world, a, last.peer.nodeId).isReady).toBe(true);
    expect(questions(world)).toBe(0);
    expect(a.peer.learnKey(new Uint8Array(31))).toBeUndefined();
  });

  it('is looked for on a link that comes up meanwhile', () => {
    const world = new TestWorld({ security: 'sealed' });
    const [a, b] = [world.add(), world.add()];
    const told: boolean[] = [];
    a.peer.prepareDm(b.peer.nodeId, world.clock.nowMs, isReady => told.push(isReady));
    world.dial(a, b);
    world.clock.run(10);
    expect(told).toEqual([true]);
  });

  it('is looked for within bounds: 128 for a neighbour; questions and answers of a wrong size end the link', () => {
    const world = new TestWorld({ security: 'sealed' });
    const [a, b] = world.wire(2, [[0, 1]]);
    if (a === undefined || b === undefined) throw new Error('unreachable');
    const attacker = new Attacker(world, 'sealed');
    const x = attacker.join(a);
    for (let n = 0; n < 200; n++) x.send(encodeKeyWanted(idOf(n)));
    world.clock.run(10);
    expect([a.peer.neighbours.length, questions(world)]).toEqual([2, 200]);
    // Of 200 the latest 128 are still asked on when a link comes up.
    const c = world.add();
    world.dial(a, c);
    world.clock.run(10);
    expect(questions(world)).toBe(328);
    x.send(rawFrame(FRAME_TYPE.keyWanted, [1]));
    world.clock.run(10);
    expect(x.link.end).toBe('malformed');
  });
});

describe('searches without end', () => {
  /** A key that nobody has, by number. */
  const nobody = (n: number): Id => Uint8Array.from({ length: 16 }, (_, i) => (n >>> (8 * (i % 4))) & 255);

  it('by one who has many links do not keep others from finding keys; they end with their links', () => {
    const world = new TestWorld({ security: 'sealed' });
    const [a, b, c] = world.wire(3, [
      [0, 1],
      [1, 2],
    ]);
    if (a === undefined || b === undefined || c === undefined) throw new Error('unreachable');
    const attackers = Array.from({ length: 10 }, (_, n) => new Attacker(world, 'sealed', 0x60 + n).join(b));
    for (const [at, x] of attackers.entries())
      for (let n = 0; n < 128; n++) x.send(encodeKeyWanted(nobody(at * 1000 + n)));
    world.clock.run(10);
    // Of 1,280 questions the latest 1,024 are asked on where a link comes up.
    const asked = (): number =>
      framesIn(world.connections.at(-1)?.in.sent ?? []).filter(({ [TYPE_AT]: type }) => type === FRAME_TYPE.keyWanted)
        .length;
    world.dial(world.add(), b);
    world.clock.run(10);
    expect(asked()).toBe(1024);
    // Looked for by a neighbour while the table is full, and told by one who comes later.
    const late = world.add();
    const told: boolean[] = [];
    a.peer.prepareDm(late.peer.nodeId, world.clock.nowMs, isReady => told.push(isReady));
    b.peer.prepareDm(late.peer.nodeId, world.clock.nowMs, isReady => told.push(isReady));
    world.clock.run(10);
    world.dial(late, c);
    world.clock.run(10);
    expect(told).toEqual([true, true]);
    for (const x of attackers) x.close();
    world.clock.run(10);
    const before = framesIn(attackers[0]?.got ?? []).length;
    world.dial(world.add(), b);
    world.clock.run(10);
    // Nothing is asked on any more for those who have left.
    expect([asked(), framesIn(attackers[0]?.got ?? []).length]).toEqual([0, before]);
  });
});

describe('the body within the seal', () => {
  it('comes out as it went in, and has one of few sizes', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.uint8Array({ maxLength: 3000 }), (flags, payload) => {
        const body = encodeBody({ flags, payload });
        expect(decodeBody(body)).toEqual({ flags, payload });
        expect(body.length).toBe(bodyBytes(payload.length));
        expect(body.length).toBeLessThanOrEqual(Math.max(LEAST_BODY_BYTES, 1.12 * (payload.length + 5)));
      }),
    );
    const sizes = new Set(Array.from({ length: 100_000 }, (_, n) => bodyBytes(n)));
    expect(sizes.size).toBe(146);
    expect([bodyBytes(0), bodyBytes(251), bodyBytes(252)]).toEqual([256, 256, 272]);
  });

  test('of a false length is none', () => {
    const body = encodeBody({ flags: 0, payload: SECRET });
    expect(decodeBody(patched(body, 1, Uint8Array.of(0, 0, 0, 252)))).toBeUndefined();
    expect(decodeBody(new Uint8Array(4))).toBeUndefined();
  });
});

/** vectors/sealed.json: the bodies, and what the seal is bound to; packages/identity has the seals themselves. */
test('the bodies of the vectors', () => {
  const file = new URL('../../vectors/sealed.json', import.meta.url);
  const { messages } = JSON.parse(readFileSync(file, 'utf8')) as {
    messages: readonly { flags: number; payload: string; body: string }[];
  };
  expect(messages.length).toBe(3);
  for (const { flags, payload, body } of messages) {
    expect(Buffer.from(encodeBody({ flags, payload: Buffer.from(payload, 'hex') })).toString('hex')).toBe(body);
  }
});

test('the seal of a message is bound to its network, its origin and its recipient, as the vectors say', () => {
  const file = new URL('../../vectors/sealed.json', import.meta.url);
  const { network, messages } = JSON.parse(readFileSync(file, 'utf8')) as {
    network: string;
    messages: readonly { info: string }[];
  };
  const infos: string[] = [];
  const own = testSecurity('sealed', 1);
  const recipient = testSecurity('sealed', 2);
  const security = new MessageSecurity(
    {
      ...own,
      seal: (_key, _message, info) => {
        infos.push(Buffer.from(info).toString('hex'));
        return undefined;
      },
    },
    { nodeId: nodeIdOf(own.publicKey, own), network: Buffer.from(network) },
    () => new Uint8Array(32),
  );
  const destination = security.book.learn(recipient.publicKey);
  expect(security.sealed({ flags: 0, ttl: 1, destination, payload: SECRET })).toBeUndefined();
  expect(infos).toEqual([messages[0]?.info]);
});
