/**
 * Attacks by a peer that is a neighbour like any other, each against a network without security and against one with. They
 * succeed against the first, which shows that the test attacks, and fail against the second.
 */
import { describe, expect, test } from 'vitest';
import { Attacker, linkOf, messagesTo, patched } from '../../test/attacker.ts';
import { type Stranger, type TestPeer, TestWorld } from '../../test/test-peer.ts';
import { byeTo, framesIn, idOf, rawFrame } from '../../test/wire.ts';
import { encodePing, FRAME_TYPE, MESSAGE_ID_AT, ORIGIN_AT, TTL_AT, TYPE_AT } from '../frame.ts';
import { compareIds, formatId } from '../id.ts';
import { MAX_INVALID_MESSAGES } from './message-security.ts';
import { payloadAt, signedLayout } from './signed-frame.ts';

const MODES = ['open', 'signed', 'sealed'] as const;
type Mode = (typeof MODES)[number];

const HARM = Uint8Array.from(Buffer.from('pay M 9'));

/** What is delivered at a peer, as text. */
const texts = (peer: TestPeer): string[] => peer.delivered.map(({ payload }) => Buffer.from(payload).toString());

interface Scene {
  readonly world: TestWorld;
  readonly attacker: Attacker;
  readonly isOpen: boolean;
}

function scene(mode: Mode): Scene {
  const world = new TestWorld({ security: mode });
  return { world, attacker: new Attacker(world, mode), isOpen: mode === 'open' };
}

/** Two peers of which the first dialled the second. */
function pair({ world }: Scene): { a: TestPeer; b: TestPeer } {
  const [a, b] = [world.add(), world.add()];
  world.dial(a, b);
  world.clock.run(10);
  expect(a.peer.neighbours.length).toBe(1);
  return { a, b };
}

/** A HELLO of a peer, as the attacker gets it when the peer dials it. */
function helloOf({ world }: Scene, peer: TestPeer): Uint8Array {
  const stranger = world.stranger(peer, 'out');
  world.clock.run(10);
  const [hello] = framesIn(stranger.got);
  if (hello === undefined) throw new Error('the peer said nothing');
  stranger.close();
  world.clock.run(10);
  return hello;
}

describe.each(MODES)('%s', mode => {
  test('spoof: a broadcast and a DM in the name of somebody else', () => {
    const s = scene(mode);
    const { a, b } = pair(s);
    const x = s.attacker.join(b);
    for (const own of [s.attacker.message(HARM), s.attacker.message(HARM, 65_535, b.peer.nodeId)]) {
      const isDm = ((own[TYPE_AT] ?? 0) & 1) === 1;
      const forged = patched(own, ORIGIN_AT, a.peer.nodeId);
      x.send(patched(forged, MESSAGE_ID_AT, idOf(isDm ? 1 : 2)));
      if (s.isOpen) continue;
      // As well as it can be done without the other's key: its id, its key, and a signature that is not its own.
      const layout = signedLayout(own, 0, own.length);
      const publicKey = keyOf(a);
      x.send(patched(forged, layout?.keyAt ?? 0, publicKey));
      x.send(forged);
    }
    s.world.clock.run(10);
    expect(b.delivered.map(({ origin }) => origin)).toEqual(s.isOpen ? [a.id, a.id] : []);
    expect(a.delivered).toEqual([]);
    expect(b.peer.rejected).toEqual({ invalid: s.isOpen ? 0 : 6, old: 0 });
  });

  test('poison: a nearer relay changes the payload under the same id', () => {
    const s = scene(mode);
    const { a, b } = pair(s);
    const [toA, toB] = [s.attacker.join(a), s.attacker.join(b)];
    const slow = s.world.connections[0]?.out;
    if (slow === undefined) throw new Error('unreachable');
    slow.isStalled = true;
    const id = a.broadcast({}, Uint8Array.from(Buffer.from('pay B 1')));
    s.world.clock.run(10);
    const [truth = new Uint8Array(0)] = messagesTo(toA);
    toB.send(patched(truth, payloadAt(truth, 0), HARM));
    s.world.clock.run(10);
    slow.resume();
    s.world.clock.run(10);
    expect(texts(b)).toEqual([s.isOpen ? 'pay M 9' : 'pay B 1']);
    expect(b.delivered[0]?.id).toBe(id);
  });

  test('prune: copies with TTL 1 of an unlimited flood overtake', () => {
    const s = scene(mode);
    const { a, b } = pair(s);
    const c = s.world.add();
    s.world.dial(b, c);
    s.world.clock.run(10);
    const [toA, toB] = [s.attacker.join(a), s.attacker.join(b)];
    const slow = s.world.connections[0]?.out;
    if (slow === undefined) throw new Error('unreachable');
    slow.isStalled = true;
    for (let i = 0; i < 20; i++) a.broadcast({}, Uint8Array.of(i));
    s.world.clock.run(10);
    for (const frame of messagesTo(toA)) toB.send(patched(frame, TTL_AT, Uint8Array.of(0, 1)));
    s.world.clock.run(10);
    slow.resume();
    s.world.clock.run(10);
    expect(b.delivered.length).toBe(20);
    expect(c.delivered.length).toBe(s.isOpen ? 0 : 20);
  });

  test('hijack: the id and instance of a neighbour, on a connection of its own', () => {
    const s = scene(mode);
    // Where the peer with the greater id has dialled, a link from the other takes the place of that one without a probe.
    const [owner, victim] = [s.world.add(), s.world.add()].sort((a, b) => compareIds(a.peer.nodeId, b.peer.nodeId));
    if (owner === undefined || victim === undefined) throw new Error('unreachable');
    const honest = s.world.dial(victim, owner).out;
    s.world.clock.run(10);
    const hello = helloOf(s, owner);
    const x = s.world.stranger(victim);
    x.send(hello);
    s.world.clock.run(10);
    if (!s.isOpen) x.send(s.attacker.answer(x, hello));
    s.world.clock.run(3000);
    expect([linkOf(honest).state, x.link.state]).toEqual(s.isOpen ? ['closed', 'up'] : ['up', 'closed']);
    if (!s.isOpen) expect(byeTo(x)).toBe('not-proven');
  });

  test('lock-out: the id of a peer that restarts', () => {
    const s = scene(mode);
    const b = s.world.add();
    const a = s.world.add();
    const hello = helloOf(s, a);
    const x = s.world.stranger(b);
    x.send(hello);
    s.world.clock.run(10);
    if (!s.isOpen) x.send(s.attacker.answer(x, hello));
    s.world.clock.run(10);
    // The owner is back as another instance; the attacker answers every PING.
    const restarted = s.world.add({}, a.identity);
    const { out } = s.world.dial(restarted, b);
    s.world.clock.run(10);
    for (const frame of framesIn(x.got)) {
      if (frame[TYPE_AT] === FRAME_TYPE.ping) x.send(encodePing('pong', frame.slice(6, 14)));
    }
    s.world.clock.run(3000);
    expect(linkOf(out).state).toBe(s.isOpen ? 'closed' : 'up');
    if (s.isOpen) expect(linkOf(out).end).toBe('id-in-use');
  });

  test('replay of a whole handshake after the peer has gone', () => {
    const s = scene(mode);
    const { a, b } = pair(s);
    const recorded = s.world.connections[0]?.out.sent.slice() ?? [];
    a.peer.leave(s.world.clock.nowMs);
    s.world.clock.run(10);
    expect(b.peer.neighbours.length).toBe(0);
    const x = s.world.stranger(b);
    for (const frame of recorded) {
      x.send(frame);
      s.world.clock.run(10);
    }
    expect(b.peer.neighbours.map(({ peer }) => peer && formatId(peer))).toEqual(s.isOpen ? [a.id] : []);
    if (!s.isOpen) expect(byeTo(x)).toBe('not-proven');
  });

  test('an old message after its id was flushed from the seen-cache', () => {
    const s = scene(mode);
    const [a, b] = s.world.wire(2, [[0, 1]], { seenMaxEntries: 16 });
    if (a === undefined || b === undefined) throw new Error('unreachable');
    const [toA, toB] = [s.attacker.join(a), s.attacker.join(b)];
    const id = a.broadcast({}, Uint8Array.from(Buffer.from('pay B 1')));
    s.world.clock.run(10);
    const [old = new Uint8Array(0)] = messagesTo(toA);
    for (let i = 0; i < 40; i++) toB.send(s.attacker.message(Uint8Array.of(i)));
    s.world.clock.run(10);
    toB.send(old);
    s.world.clock.run(10);
    expect(b.count(id)).toBe(s.isOpen ? 2 : 1);
    expect(b.peer.rejected).toEqual({ invalid: 0, old: s.isOpen ? 0 : 1 });
  });

  test('many invalid messages: the link that brings them is ended, with the reason', () => {
    const s = scene(mode);
    const { a, b } = pair(s);
    const x = s.attacker.join(b);
    for (let i = 0; i <= MAX_INVALID_MESSAGES; i++) {
      expect(x.link.state).toBe('up');
      x.send(patched(s.attacker.message(HARM), MESSAGE_ID_AT, idOf(i + 1)));
      s.world.clock.run(10);
    }
    expect(byeTo(x)).toBe(s.isOpen ? undefined : 'invalid-messages');
    expect(b.peer.neighbours.length).toBe(s.isOpen ? 2 : 1);
    expect(a.delivered.length).toBe(s.isOpen ? MAX_INVALID_MESSAGES + 1 : 0);
  });
});

describe.each(['signed', 'sealed'] as const)('%s', mode => {
  test('a better copy that is passed on again is checked again', () => {
    const s = scene(mode);
    const { a, b } = pair(s);
    const c = s.world.add();
    s.world.dial(b, c);
    s.world.clock.run(10);
    const [toA, toB] = [s.attacker.join(a), s.attacker.join(b)];
    const slow = s.world.connections[0]?.out;
    if (slow === undefined) throw new Error('unreachable');
    slow.isStalled = true;
    a.broadcast({ ttl: 9 }, Uint8Array.of(1));
    s.world.clock.run(10);
    const [frame = new Uint8Array(0)] = messagesTo(toA);
    toB.send(patched(frame, TTL_AT, Uint8Array.of(0, 3)));
    s.world.clock.run(200);
    const before = b.peer.totals.relayed;
    const layout = signedLayout(frame, 0, frame.length);
    toB.send(patched(frame, layout?.signatureAt ?? 0, Uint8Array.of(0, 0, 0, 0)));
    toB.send(patched(frame, layout?.payloadAt ?? 0, Uint8Array.of(2)));
    s.world.clock.run(200);
    expect(b.peer.totals.relayed).toBe(before);
    expect(b.peer.rejected.invalid).toBe(2);
    expect(linkOf(s.world.connections[1]?.in ?? { link: undefined }).state).toBe('up');
    expect(c.peer.rejected.invalid).toBe(0);
  });

  test('a message of another network is none in this one', () => {
    const s = scene(mode);
    const { a, b } = pair(s);
    const elsewhere = s.world.add({}, { ...a.identity, network: Uint8Array.of(8) });
    const link = s.world.stranger(elsewhere, 'out');
    s.world.clock.run(10);
    expect(link.got.length).toBe(1);
    const x = s.attacker.join(b);
    x.send(foreignMessage(s, mode));
    s.world.clock.run(10);
    expect(b.delivered).toEqual([]);
    expect(b.peer.rejected).toEqual({ invalid: 1, old: 0 });
  });

  test('an acknowledgement of anybody but the recipient counts for nobody', () => {
    const s = scene(mode);
    const { a, b } = pair(s);
    const [toA] = [s.attacker.join(a)];
    const id = a.dm(b, { ack: true });
    s.world.clock.run(10);
    expect(a.acks).toEqual([{ id, by: b.id }]);
    const [frame = new Uint8Array(0)] = messagesTo(toA);
    toA.send(patched(frame, ORIGIN_AT, b.peer.nodeId));
    s.world.clock.run(10);
    expect(a.acks.length).toBe(1);
  });

  test.each([
    ['data', (x: Attacker) => x.message(HARM), 'hello-expected'],
    ['a PROOF that was not asked for', () => rawFrame(FRAME_TYPE.proof, Array<number>(64).fill(1)), 'malformed'],
    ['a CHALLENGE from a dialler', () => rawFrame(FRAME_TYPE.challenge, Array<number>(128).fill(1)), 'malformed'],
    ['a second HELLO', (x: Attacker) => Buffer.concat([x.hello(), x.hello()]), 'malformed'],
    ['a HELLO with the id of another key', (x: Attacker) => patched(x.hello(), 16, idOf(3)), 'not-proven'],
  ])('%s before the link is up is refused', (_, bytes, reason) => {
    const s = scene(mode);
    const b = s.world.add();
    const x = s.world.stranger(b);
    x.send(bytes(s.attacker));
    s.world.clock.run(10);
    expect(byeTo(x)).toBe(reason);
  });

  test('an acceptor that is not who it says gets no PROOF, and no link', () => {
    const s = scene(mode);
    const a = s.world.add();
    for (const act of [
      (x: Stranger, hello: Uint8Array) =>
        x.send(patched(s.attacker.challenge(hello, x.theirs.binding), 70, Uint8Array.of(0))),
      (x: Stranger, hello: Uint8Array) =>
        x.send(s.attacker.challenge(patched(hello, 20, Uint8Array.of(1)), x.theirs.binding)),
      // Proves one key, then says HELLO as another.
      (x: Stranger, hello: Uint8Array) => {
        x.send(s.attacker.challenge(hello, x.theirs.binding));
        x.send(new Attacker(s.world, mode, 3).hello(hello.slice(48, 64)));
      },
      (x: Stranger, hello: Uint8Array) => x.send(s.attacker.hello(hello.slice(48, 64))),
    ]) {
      const x = s.world.stranger(a, 'out');
      s.world.clock.run(10);
      const [hello = new Uint8Array(0)] = framesIn(x.got);
      act(x, hello);
      s.world.clock.run(10);
      expect(byeTo(x)).toBe('not-proven');
    }
    expect(a.ups).toEqual([]);
  });
});

describe('a handshake that is forwarded: the attacker stands between two peers that it lets talk', () => {
  test.each([
    ['signed', 1],
    ['sealed', 0],
  ] as const)('%s: %i link', (mode, links) => {
    const s = scene(mode);
    const [a, b] = [s.world.add(), s.world.add()];
    const [toA, toB] = [s.world.stranger(a, 'out'), s.world.stranger(b, 'in')];
    let [fromA, fromB] = [0, 0];
    for (let i = 0; i < 6; i++) {
      s.world.clock.run(10);
      for (const chunk of toA.got.slice(fromA)) toB.send(chunk);
      for (const chunk of toB.got.slice(fromB)) toA.send(chunk);
      [fromA, fromB] = [toA.got.length, toB.got.length];
    }
    expect([a.peer.neighbours.length, b.peer.neighbours.length]).toEqual([links, links]);
    if (links === 0) expect(a.refusals.map(({ reason }) => reason)).toEqual(['not-proven']);
  });
});

describe('no end lowers what the other wants', () => {
  test.each([
    ['open', 'signed', 'wrong-version'],
    ['signed', 'open', 'wrong-version'],
    ['signed', 'sealed', 'wrong-security'],
    ['sealed', 'signed', 'wrong-security'],
  ] as const)('%s dials %s: %s', (dialler, acceptor, reason) => {
    const world = new TestWorld({ security: acceptor });
    const peer = world.add();
    const x = world.stranger(peer);
    x.send(new Attacker(world, dialler).hello());
    world.clock.run(10);
    expect(byeTo(x)).toBe(reason);
    expect(peer.refusals.map(({ reason: why }) => why)).toEqual([reason]);
  });
});

/** The key of a test peer. */
function keyOf(peer: TestPeer): Uint8Array {
  const { security } = peer.identity;
  if (security === undefined) throw new Error('an open peer has no key');
  return security.publicKey;
}

/** A message of the attacker's, signed for another network. */
function foreignMessage(s: Scene, mode: 'signed' | 'sealed'): Uint8Array {
  return new Attacker(s.world, mode, 9, Uint8Array.of(8)).message(HARM);
}
