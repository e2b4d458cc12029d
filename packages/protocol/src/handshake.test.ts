/** The handshake: who is let in, who is refused and told why, and what may not come before it. */
import { describe, expect, it } from 'vitest';
import { type Stranger, type TestPeer, TestWorld } from '../test/test-peer.ts';
import { byeTo, dataFrame, framesIn, helloFrame, idOf, rawFrame, reasonsOf } from '../test/wire.ts';
import { encodeBye } from './bye.ts';
import { encodePing, FRAME_TYPE, TYPE_AT } from './frame.ts';
import { decodeHello } from './hello.ts';
import { formatId } from './id.ts';

function peerAndStranger(direction: 'in' | 'out' = 'in'): { world: TestWorld; peer: TestPeer; stranger: Stranger } {
  const world = new TestWorld();
  const peer = world.add();
  return { world, peer, stranger: world.stranger(peer, direction) };
}

describe('an accepted connection', () => {
  it('is answered with HELLO once its own HELLO is accepted, and not before', () => {
    const { world, peer, stranger } = peerAndStranger();
    world.clock.run(100);
    expect(stranger.got).toEqual([]);
    stranger.send(helloFrame());
    world.clock.run(100);
    const [answer] = framesIn(stranger.got);
    const hello = answer && decodeHello(answer, 0, answer.length);
    expect(hello?.session).toEqual(idOf(0xcc));
    expect(hello && formatId(hello.nodeId)).toBe(peer.id);
    expect(peer.ups).toEqual([stranger.link]);
  });

  const ownId = (peer: TestPeer): Uint8Array => helloFrame({ nodeId: peer.peer.nodeId });
  it.each<[string, (peer: TestPeer) => Uint8Array, string]>([
    ['another version', () => helloFrame({ version: 2 }), 'wrong-version'],
    ['another version with nothing after it', () => rawFrame(1, [0x50, 0x4c, 0x41, 0x42, 0, 9]), 'wrong-version'],
    ['another network', () => helloFrame({ network: Uint8Array.of(8) }), 'wrong-network'],
    ['a network that ours is a prefix of', () => helloFrame({ network: Uint8Array.of(7, 7) }), 'wrong-network'],
    ['another magic', () => rawFrame(1, [0x50, 0x4c, 0x41, 0x43, 0, 1]), 'malformed'],
    ['a truncated HELLO', () => rawFrame(1, Array.from(helloFrame().subarray(6, 66))), 'malformed'],
    ['our node id from another start', ownId, 'id-in-use'],
    ['a broadcast before HELLO', () => dataFrame(1, 5), 'hello-expected'],
    ['a DM before HELLO', () => dataFrame(1, 5, 5, idOf(1)), 'hello-expected'],
    ['PING before HELLO', () => encodePing('ping', idOf(1)), 'hello-expected'],
    ['an optional frame before HELLO', () => rawFrame(0x80), 'hello-expected'],
    ['a frame too large for a HELLO', () => rawFrame(1, new Array(1100).fill(0)), 'malformed'],
    ['another protocol', () => new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'), 'malformed'],
  ])('with %s is refused', (_title, first, reason) => {
    const { world, peer, stranger } = peerAndStranger();
    stranger.send(first(peer));
    world.clock.run(100);
    expect(byeTo(stranger)).toBe(reason);
    expect(stranger.isEnded).toBe(true);
    expect(reasonsOf(peer)).toEqual([reason]);
    expect(peer.ups).toEqual([]);
    expect(peer.delivered).toEqual([]);
    expect(peer.peer.links.size).toBe(0);
  });

  it('that says nothing is refused after ten seconds, and not before', () => {
    const { world, peer, stranger } = peerAndStranger();
    world.clock.run(9999);
    expect(peer.refusals).toEqual([]);
    world.clock.run(2);
    expect(byeTo(stranger)).toBe('handshake-timeout');
  });

  it('that sends its HELLO a byte a second is refused after ten seconds', () => {
    const { world, peer, stranger } = peerAndStranger();
    for (const byte of helloFrame().subarray(0, 12)) {
      stranger.send(Uint8Array.of(byte));
      world.clock.run(1000);
    }
    expect(reasonsOf(peer)).toEqual(['handshake-timeout']);
  });

  it('with a longer HELLO of a later version is accepted: bytes after the last field are skipped', () => {
    const { world, peer, stranger } = peerAndStranger();
    stranger.send(rawFrame(1, [...helloFrame({ features: 0xffffffff }).subarray(6), 1, 2, 3]));
    world.clock.run(10);
    expect(peer.ups.length).toBe(1);
  });

  it('with the session of a link that is there is refused, and that link stays', () => {
    const { world, peer, stranger } = peerAndStranger();
    stranger.send(helloFrame());
    const second = world.stranger(peer);
    second.send(helloFrame({ nodeId: idOf(0xab) }));
    const third = world.stranger(peer);
    third.send(helloFrame({ nodeId: idOf(0xab), session: idOf(0xcd) }));
    world.clock.run(10);
    expect(byeTo(second)).toBe('malformed');
    expect([stranger.link.state, third.link.state]).toEqual(['up', 'up']);
  });

  it('that says HELLO twice is ended', () => {
    const { world, stranger, peer } = peerAndStranger();
    stranger.send(helloFrame());
    stranger.send(helloFrame());
    world.clock.run(10);
    expect(byeTo(stranger)).toBe('malformed');
    expect(peer.downs.map(({ reason }) => reason)).toEqual(['malformed']);
  });
});

describe('a dialled connection', () => {
  it('is greeted at once, with a session id that is new for each', () => {
    const { world, peer, stranger } = peerAndStranger('out');
    const second = world.stranger(peer, 'out');
    world.clock.run(10);
    const sessions = [stranger, second].map(({ got }) => {
      const [frame] = framesIn(got);
      return frame && decodeHello(frame, 0, frame.length)?.session;
    });
    expect(sessions[0]).toBeDefined();
    expect(sessions[0]).not.toEqual(sessions[1]);
  });

  it('is ended when the answer names another session', () => {
    const { world, peer, stranger } = peerAndStranger('out');
    stranger.send(helloFrame({ session: idOf(1) }));
    world.clock.run(10);
    expect(byeTo(stranger)).toBe('malformed');
    expect(peer.ups).toEqual([]);
  });

  it('takes messages that came with the answer', () => {
    const { world, peer, stranger } = peerAndStranger('out');
    stranger.send(helloFrame({ session: stranger.link.session ?? idOf(0) }));
    stranger.send(dataFrame(1, 5));
    world.clock.run(10);
    expect(peer.delivered.length).toBe(1);
  });

  it('learns from a BYE why it was refused, and by whom', () => {
    const { world, peer, stranger } = peerAndStranger('out');
    stranger.send(encodeBye('too-many-links', idOf(5)));
    world.clock.run(10);
    expect(peer.refusals.map(({ reason, by }) => ({ reason, by }))).toEqual([
      { reason: 'too-many-links', by: formatId(idOf(5)) },
    ]);
  });

  it('that nobody answers is given up after ten seconds', () => {
    const { world, peer, stranger } = peerAndStranger('out');
    world.clock.run(10_001);
    expect(reasonsOf(peer)).toEqual(['handshake-timeout']);
    expect(byeTo(stranger)).toBe('handshake-timeout');
  });
});

describe('a peer that dials itself', () => {
  it('is told so at both ends', () => {
    const world = new TestWorld();
    const peer = world.add();
    world.dial(peer, peer);
    world.clock.run(100);
    expect(reasonsOf(peer)).toEqual(['own-id', 'own-id']);
    expect(peer.peer.links.size).toBe(0);
  });
});

describe('frames that a peer does not know', () => {
  it('are skipped from type 0x80 up', () => {
    const { world, peer, stranger } = peerAndStranger();
    for (const frame of [helloFrame(), rawFrame(0x80, [1, 2]), rawFrame(0xff), dataFrame(1, 3)]) stranger.send(frame);
    world.clock.run(10);
    expect(peer.delivered.length).toBe(1);
    expect(stranger.link.state).toBe('up');
  });

  it.each([0x00, 0x05, 0x0f, 0x12, 0x7f])('end the link below it: type %i', type => {
    const { world, peer, stranger } = peerAndStranger();
    for (const frame of [helloFrame(), rawFrame(type), dataFrame(1, 3)]) stranger.send(frame);
    world.clock.run(10);
    expect(byeTo(stranger)).toBe('malformed');
    expect(peer.delivered).toEqual([]);
  });
});

describe('frames on the wire before the link is up', () => {
  it('are HELLO alone: a peer sends no message on a link that it has not accepted', () => {
    const world = new TestWorld({ isHeld: true });
    const [a, b] = [world.add(), world.add()];
    const { out, in: accepted } = world.dial(a, b);
    a.broadcast();
    b.broadcast();
    expect(out.sent.map(frame => frame[TYPE_AT])).toEqual([FRAME_TYPE.hello]);
    expect(accepted.sent).toEqual([]);
  });
});
