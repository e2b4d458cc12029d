/** Volume: what many connections may take of a peer together, who pays for it, and that it fades. In virtual time. */
import { describe, expect, it } from 'vitest';
import { Attacker } from '../test/attacker.ts';
import { type Stranger, type TestPeer, TestWorld } from '../test/test-peer.ts';
import { byeTo, dataFrame, helloFrame, idOf, rawFrame } from '../test/wire.ts';
import { encodePing, FRAME_TYPE } from './frame.ts';
import type { PeerOptions } from './options.ts';
import { Reputation } from './reputation.ts';

const MIB = 1024 * 1024;
const HONEST = '10.1.1.1:1';

function peerWith(options: Partial<PeerOptions>): { world: TestWorld; peer: TestPeer } {
  const world = new TestWorld();
  return { world, peer: world.add(options) };
}

function neighbour(world: TestWorld, peer: TestPeer, n: number, address = HONEST): Stranger {
  const stranger = world.stranger(peer, 'in', address);
  const nodeId = new Uint8Array(16);
  new DataView(nodeId.buffer).setUint32(0, n);
  stranger.send(helloFrame({ nodeId, session: nodeId }));
  world.clock.run(1);
  return stranger;
}

/** The beginning of a frame of this size, whose rest never comes. */
const begun = (sizeBytes: number): Uint8Array => {
  const frame = rawFrame(FRAME_TYPE.broadcast, new Array(sizeBytes - 6).fill(0));
  return frame.subarray(0, sizeBytes - 1);
};

const unfinished = (peer: TestPeer): number => [...peer.peer.links].reduce((sum, l) => sum + l.unfinishedBytes, 0);

describe('silent connections that are refilled', () => {
  it.each(['signed', 'sealed'] as const)('from one address keep nobody else out: %s', security => {
    const world = new TestWorld({ security });
    const peer = world.add({ maxPendingHandshakes: 8, attemptsBurst: 10_000, attemptsPerSecond: 10_000 });
    const friend = world.add();
    for (let round = 0; round < 10; round++) {
      for (let n = 0; n < 20; n++) world.stranger(peer, 'in', `10.6.6.6:${n}`);
      if (round === 5) world.dial(friend, peer, HONEST);
      world.clock.run(10);
    }
    expect(friend.peer.neighbours.length).toBe(1);
    expect(peer.refusals.length).toBeGreaterThan(100);
  });

  it('pay with their oldest; the newcomer of the greediest address is the one that is refused', () => {
    const { world, peer } = peerWith({ maxPendingHandshakes: 3 });
    const silent = [1, 2, 3].map(n => world.stranger(peer, 'in', `10.6.6.6:${n}`));
    const [oldest, ...others] = silent;
    expect(byeTo(world.stranger(peer, 'in', '10.6.6.6:4'))).toBeUndefined();
    world.clock.run(1);
    expect(peer.refusals.map(({ link, reason }) => [link.address, reason])).toEqual([
      ['10.6.6.6:4', 'too-many-handshakes'],
    ]);
    expect(neighbour(world, peer, 1).link.state).toBe('up');
    expect(oldest?.link.end).toBe('too-many-handshakes');
    expect(others.map(({ link }) => link.state)).toEqual(['handshake', 'handshake']);
  });
});

describe('unfinished frames', () => {
  const SIZE = 256 * 1024;

  it('of many links from one address fit into their share; the neighbour with a frame of its own stays', () => {
    const { world, peer } = peerWith({ memoryBytes: 16 * MIB, attemptsBurst: 1000 });
    const honest = neighbour(world, peer, 1);
    honest.send(begun(SIZE));
    const greedy = Array.from({ length: 60 }, (_, n) => neighbour(world, peer, 100 + n, `10.6.6.6:${n}`));
    for (const stranger of greedy) {
      stranger.send(begun(SIZE));
      world.clock.run(1);
      expect(unfinished(peer)).toBeLessThan(4 * MIB + SIZE);
    }
    expect(honest.link.state).toBe('up');
    expect(honest.link.unfinishedBytes).toBeGreaterThan(0);
    const ended = greedy.filter(({ link }) => link.isClosed);
    expect(new Set(ended.map(({ link }) => link.end))).toEqual(new Set(['over-share']));
    expect(ended.length).toBeGreaterThan(40);
    // What an ended link held is let go, though the link itself is still remembered.
    expect(ended.reduce((sum, { link }) => sum + link.unfinishedBytes, 0)).toBe(0);
    const again = world.stranger(peer, 'in', '10.6.6.6:99');
    world.clock.run(1);
    expect(byeTo(again)).toBe('banned');
  });

  it('without the bound take all that they are given: what the bound is for', () => {
    const { world, peer } = peerWith({ memoryBytes: 2 ** 40, attemptsBurst: 1000 });
    for (let n = 0; n < 60; n++) neighbour(world, peer, n, `10.6.6.6:${n}`).send(begun(SIZE));
    world.clock.run(1);
    expect(unfinished(peer)).toBeGreaterThan(60 * (SIZE - 1));
  });
});

describe('links that do not read', () => {
  it('share what waits for all of them: one message in many queues is held once', () => {
    const { world, peer } = peerWith({ memoryBytes: 16 * MIB, attemptsBurst: 1000 });
    const feed = neighbour(world, peer, 1);
    const slow = Array.from({ length: 20 }, (_, n) => neighbour(world, peer, 100 + n, `10.2.2.${n}:1`));
    for (const { theirs } of slow) theirs.isStalled = true;
    const payload = new Uint8Array(MIB / 2);
    for (let n = 0; n < 4; n++) peer.broadcast({}, payload);
    world.clock.run(1);
    expect(slow.map(({ link }) => link.state)).toEqual(slow.map(() => 'up'));
    expect(feed.link.state).toBe('up');
  });

  it('end when their queues alone are more than all links may hold', () => {
    const { world, peer } = peerWith({ memoryBytes: 16 * MIB });
    const slow = neighbour(world, peer, 1);
    slow.theirs.isStalled = true;
    for (let n = 0; n < 9 && !slow.link.isClosed; n++) peer.broadcast({}, new Uint8Array(MIB / 2));
    expect(slow.link.end).toBe('over-share');
  });

  it('cannot have answers to PINGs without end pile up', () => {
    const { world, peer } = peerWith({});
    const asker = neighbour(world, peer, 1);
    asker.theirs.isStalled = true;
    for (let n = 0; n < 5000; n++) asker.send(encodePing('ping', idOf(1)));
    world.clock.run(10);
    expect(asker.link.end).toBe('slow-reader');
    expect(asker.link.bytesOut).toBeLessThan(4100 * 14 + 200);
    const reader = neighbour(world, peer, 2);
    for (let n = 0; n < 5000; n++) reader.send(encodePing('ping', idOf(1)));
    world.clock.run(10);
    expect(reader.link.state).toBe('up');
  });
});

describe('a ban', () => {
  it('follows invalid messages, holds for a minute for connections that come in, and for no other address', () => {
    const world = new TestWorld({ security: 'signed' });
    const peer = world.add();
    const attacker = new Attacker(world, 'signed');
    for (let times = 0; times < 4; times++) {
      const x = attacker.join(peer);
      for (let n = 0; n < 9; n++) {
        const forged = attacker.message(Uint8Array.of(n));
        forged[forged.length - 1] = 99;
        x.send(forged);
      }
      world.clock.run(10);
      expect(x.link.end).toBe('invalid-messages');
    }
    const tried = (address?: string): Stranger => {
      const stranger = world.stranger(peer, 'in', address);
      world.clock.run(1);
      return stranger;
    };
    expect(byeTo(tried())).toBe('banned');
    expect(tried('10.9.9.8:1').link.state).toBe('handshake');
    expect(world.stranger(peer, 'out').link.state).toBe('handshake');
    world.clock.run(60_000);
    expect(tried().link.state).toBe('handshake');
  });

  it('needs many misdeeds within little time; it leaves links alone that are up', () => {
    const { world, peer } = peerWith({});
    const friend = neighbour(world, peer, 1);
    for (let n = 0; n < 19; n++) world.stranger(peer, 'in', HONEST).send(rawFrame(9));
    world.clock.run(1);
    expect(neighbour(world, peer, 2).link.state).toBe('up');
    for (let n = 0; n < 2; n++) world.stranger(peer, 'in', HONEST).send(rawFrame(9));
    world.clock.run(1);
    const refused = world.stranger(peer, 'in', HONEST);
    world.clock.run(1);
    expect(byeTo(refused)).toBe('banned');
    friend.send(dataFrame(1, 9));
    world.clock.run(1);
    expect(peer.delivered.length).toBe(1);
  });

  it('counts for the latest 4,096 addresses; points fade', () => {
    const reputation = new Reputation();
    for (let n = 0; n < 4; n++) reputation.note('a', 'over-share', 0);
    expect(reputation.isBanned('a', 59_999)).toBe(true);
    expect(reputation.isBanned('a', 60_000)).toBe(false);
    for (let n = 0; n < 40; n++) reputation.note('slow', 'over-share', n * 60_000);
    expect(reputation.isBanned('slow', 39 * 60_000)).toBe(false);
    reputation.note('a', 'hangup', 0);
    for (let n = 0; n < 4096; n++) reputation.note(`${n}`, 'malformed', 0);
    expect(reputation.isBanned('a', 0)).toBe(false);
  });
});
