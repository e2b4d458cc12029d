/** What a peer refuses so that it stays bounded: links, handshakes, attempts, frames, queues. */
import { describe, expect, it } from 'vitest';
import { type Stranger, TestWorld } from '../test/test-peer.ts';
import { joinBytes } from '../test/virtual-network.ts';
import { byeTo, dataFrame, framesIn, helloFrame, idOf, rawFrame, reasonsOf } from '../test/wire.ts';
import { Admission } from './admission.ts';
import { encodePing, FRAME_TYPE, TYPE_AT } from './frame.ts';
import type { PeerOptions } from './options.ts';

function peerWith(options: Partial<PeerOptions>): { world: TestWorld; peer: ReturnType<TestWorld['add']> } {
  const world = new TestWorld();
  return { world, peer: world.add(options) };
}

function neighbour(world: TestWorld, peer: ReturnType<TestWorld['add']>, n: number): Stranger {
  const stranger = world.stranger(peer);
  stranger.send(helloFrame({ nodeId: idOf(n), session: idOf(n) }));
  world.clock.run(1);
  return stranger;
}

describe('maxLinks', () => {
  it('counts both directions, and refuses the next with a reason until one ends', () => {
    const { world, peer } = peerWith({ maxLinks: 2 });
    const first = neighbour(world, peer, 1);
    const dialled = world.stranger(peer, 'out');
    const third = neighbour(world, peer, 3);
    expect(byeTo(third)).toBe('too-many-links');
    expect(peer.peer.links.size).toBe(2);
    expect(dialled.link.state).toBe('handshake');
    first.close();
    world.clock.run(1);
    expect(neighbour(world, peer, 4).link.state).toBe('up');
  });
});

describe('maxPendingHandshakes', () => {
  it('bounds connections that have not said HELLO, and gives the places back', () => {
    const { world, peer } = peerWith({ maxPendingHandshakes: 2 });
    const silent = [world.stranger(peer), world.stranger(peer)];
    const third = neighbour(world, peer, 3);
    expect(byeTo(third)).toBe('too-many-handshakes');
    silent[0]?.close();
    silent[1]?.send(helloFrame({ nodeId: idOf(1) }));
    world.clock.run(1);
    expect(neighbour(world, peer, 4).link.state).toBe('up');
    for (let n = 5; n < 50; n++) neighbour(world, peer, n);
    expect(peer.peer.neighbours.length).toBe(47);
  });

  it('leaves dials out', () => {
    const { world, peer } = peerWith({ maxPendingHandshakes: 1 });
    world.stranger(peer, 'out');
    expect(neighbour(world, peer, 1).link.state).toBe('up');
  });

  it('gives the places back whatever ended the handshake', () => {
    const { world, peer } = peerWith({ maxPendingHandshakes: 1 });
    for (const first of [helloFrame({ version: 9 }), helloFrame({ network: idOf(1) }), rawFrame(9), rawFrame(1)]) {
      world.stranger(peer).send(first);
      world.clock.run(1);
    }
    world.stranger(peer);
    world.clock.run(10_001);
    expect(neighbour(world, peer, 1).link.state).toBe('up');
  });
});

describe('attempts from one address', () => {
  it('are bounded in a burst and per second; other addresses are not touched', () => {
    const { world, peer } = peerWith({ attemptsPerSecond: 10, attemptsBurst: 3 });
    const attempt = (address: string): Stranger => world.stranger(peer, 'in', address);
    for (let i = 0; i < 3; i++) expect(attempt(`10.1.1.1:${i}`).link.state).toBe('handshake');
    const refused = attempt('10.1.1.1:9');
    world.clock.run(1);
    expect(byeTo(refused)).toBe('too-many-attempts');
    expect(attempt('10.1.1.2:9').link.state).toBe('handshake');
    expect(attempt('[::1]:9').link.state).toBe('handshake');
    world.clock.run(100);
    expect(attempt('10.1.1.1:10').link.state).toBe('handshake');
    expect(attempt('10.1.1.1:11').link.state).toBe('closed');
  });

  it('are counted for the latest 4,096 addresses only, so that memory stays bounded', () => {
    const admission = new Admission(1, 1);
    expect(admission.admit('first', 0)).toBe(true);
    expect(admission.admit('first', 0)).toBe(false);
    for (let n = 0; n < 4096; n++) admission.admit(`${n}`, 0);
    expect(admission.admit('first', 0)).toBe(true);
  });
});

describe('maxFrameBytes', () => {
  it('ends the link with a BYE and a reason over one byte more, as soon as the length is known', () => {
    const { world, peer } = peerWith({ maxFrameBytes: 2000 });
    const [fits, tooLarge] = [neighbour(world, peer, 1), neighbour(world, peer, 2)];
    fits.send(rawFrame(0x80, new Array(1994).fill(0)));
    tooLarge.send(rawFrame(0x80, new Array(1995).fill(0)).subarray(0, 4));
    world.clock.run(1);
    expect(fits.link.state).toBe('up');
    expect(byeTo(tooLarge)).toBe('frame-too-large');
    expect(peer.downs.map(({ reason }) => reason)).toEqual(['frame-too-large']);
  });

  it('holds for what is sent as well', () => {
    const { peer } = peerWith({ maxFrameBytes: 2000 });
    expect(() => peer.broadcast({}, new Uint8Array(1957))).toThrow('2001 bytes');
    peer.broadcast({}, new Uint8Array(1956));
  });
});

describe('frameTimeoutMs', () => {
  const long = rawFrame(0x80, new Array(1000).fill(0));

  it('ends the link over a frame that is begun and dripped, however alive the sender seems', () => {
    const { world, peer } = peerWith({ frameTimeoutMs: 5000 });
    const dripping = neighbour(world, peer, 1);
    for (let n = 0; n < 49; n++) {
      dripping.send(long.subarray(n, n + 1));
      world.clock.run(100);
    }
    expect(dripping.link.state).toBe('up');
    world.clock.run(200);
    expect(byeTo(dripping)).toBe('frame-too-slow');
    expect(peer.downs.map(({ reason }) => reason)).toEqual(['frame-too-slow']);
  });

  it('counts anew for each frame, and not at all between frames', () => {
    const { world, peer } = peerWith({ frameTimeoutMs: 5000 });
    const slow = neighbour(world, peer, 1);
    for (let n = 0; n < 5; n++) {
      // The end of one frame and the beginning of the next come together.
      slow.send(n === 0 ? long.subarray(0, 500) : joinBytes([long.subarray(500), long.subarray(0, 500)]));
      world.clock.run(4000);
    }
    slow.send(long.subarray(500));
    world.clock.run(6000);
    expect(slow.link.state).toBe('up');
  });
});

describe('a slow reader', () => {
  function relayTo(slowReader: 'cut' | 'drop'): {
    world: TestWorld;
    peer: ReturnType<TestWorld['add']>;
    slow: Stranger;
    fast: Stranger;
    feed: Stranger;
  } {
    const { world, peer } = peerWith({ maxQueueBytes: 500, slowReader });
    const [feed, slow, fast] = [neighbour(world, peer, 1), neighbour(world, peer, 2), neighbour(world, peer, 3)];
    slow.theirs.isStalled = true;
    for (let id = 1; id <= 40; id++) {
      feed.send(dataFrame(id, 9));
      world.clock.run(1);
    }
    return { world, peer, slow, fast, feed };
  }

  it('is cut off by default, its queue bounded, and the others are served', () => {
    const { world, peer, slow, fast, feed } = relayTo('cut');
    expect(slow.link.state).toBe('closed');
    expect(slow.link.end).toBe('slow-reader');
    expect(slow.theirs.closedHow).toBe('abort');
    expect(peer.downs.map(({ reason }) => reason)).toEqual(['slow-reader']);
    expect(framesIn(fast.got).length).toBe(41);
    expect(feed.link.state).toBe('up');
    expect(peer.peer.totals.dropped).toBe(slow.link.framesDropped);
    world.clock.run(10);
    expect(peer.delivered.length).toBe(40);
  });

  it("with 'drop' keeps its link; what did not go is counted, and what went arrives", () => {
    const { world, peer, slow, fast } = relayTo('drop');
    expect(slow.link.state).toBe('up');
    expect(slow.theirs.queuedBytes).toBeLessThanOrEqual(500 + 45);
    expect(slow.link.framesOut + slow.link.framesDropped).toBe(40);
    expect(slow.link.framesDropped).toBeGreaterThan(20);
    expect(peer.peer.totals.dropped).toBe(slow.link.framesDropped);
    expect(framesIn(fast.got).length).toBe(41);
    slow.theirs.resume();
    world.clock.run(10);
    expect(framesIn(slow.got).length).toBe(1 + slow.link.framesOut);
  });

  it('counts every frame of a run that was dropped together', () => {
    const { peer, slow, feed } = relayTo('drop');
    const before = slow.link.framesDropped;
    peer.received(feed.link, joinBytes([dataFrame(101, 9), dataFrame(102, 9), dataFrame(103, 9)]));
    expect(slow.link.framesDropped).toBe(before + 3);
    expect(peer.peer.totals.dropped).toBe(before + 3);
  });

  it('does not stop the reading: a cycle of full peers goes on', () => {
    const world = new TestWorld({ options: { maxQueueBytes: 300, slowReader: 'drop' } });
    const peers = world.wire(3, [
      [0, 1],
      [1, 2],
      [2, 0],
    ]);
    for (const { out, in: accepted } of world.connections) {
      out.isStalled = true;
      accepted.isStalled = true;
    }
    for (let i = 0; i < 60; i++) for (const peer of peers) peer.broadcast();
    for (const { out, in: accepted } of world.connections) {
      out.resume();
      accepted.resume();
    }
    world.clock.run(100);
    for (const peer of peers) {
      const before = peers.map(({ delivered }) => delivered.length);
      peer.broadcast();
      world.clock.run(100);
      const after = peers.map(({ delivered }) => delivered.length);
      expect(after.map((n, i) => n - (before[i] ?? 0))).toEqual(peers.map(p => (p === peer ? 0 : 1)));
    }
  });

  it('that asks PING without end and never reads is cut off', () => {
    const { world, peer } = peerWith({ maxQueueBytes: 500 });
    const asker = neighbour(world, peer, 1);
    asker.theirs.isStalled = true;
    for (let i = 0; i < 100; i++) asker.send(encodePing('ping', idOf(1)));
    world.clock.run(10);
    expect(asker.link.end).toBe('slow-reader');
    expect(asker.link.bytesOut).toBeLessThan(2000);
  });
});

describe('PING', () => {
  it('is answered with the same eight bytes', () => {
    const { world, peer } = peerWith({});
    const asker = neighbour(world, peer, 1);
    asker.send(encodePing('ping', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)));
    world.clock.run(10);
    const answer = framesIn(asker.got).at(-1);
    expect(answer?.[TYPE_AT]).toBe(FRAME_TYPE.pong);
    expect(Array.from(answer?.subarray(6) ?? [])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('of another size ends the link', () => {
    const { world, peer } = peerWith({});
    neighbour(world, peer, 1).send(rawFrame(FRAME_TYPE.ping, [1, 2, 3]));
    world.clock.run(10);
    expect(peer.downs.map(({ reason }) => reason)).toEqual(['malformed']);
    expect(reasonsOf(peer)).toEqual([]);
  });
});
