/** Liveness and leaving: half-open links are found, idle ones kept, and an orderly end loses nothing. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type TestPeer, TestWorld } from '../test/test-peer.ts';
import { byeTo, dataFrame, framesIn, helloFrame, idOf } from '../test/wire.ts';
import { encodeBye } from './bye.ts';
import { FRAME_TYPE, TYPE_AT } from './frame.ts';
import { DEFAULT_PEER_OPTIONS } from './options.ts';

// Properties take seconds on a busy machine; nothing here waits for real time.
vi.setConfig({ testTimeout: 60_000 });

const { pingIntervalMs, pongTimeoutMs, drainTimeoutMs } = DEFAULT_PEER_OPTIONS;

function pair(settings: ConstructorParameters<typeof TestWorld>[0] = {}): {
  world: TestWorld;
  a: TestPeer;
  b: TestPeer;
} {
  const world = new TestWorld(settings);
  const [a, b] = [world.add(), world.add()];
  world.dial(a, b);
  world.clock.run(0);
  world.clock.run(settings.maxDelayMs ?? 0);
  world.clock.run(settings.maxDelayMs ?? 0);
  return { world, a, b };
}

function pingsSent(world: TestWorld): number {
  const frames = world.connections.flatMap(c => [...framesIn(c.out.sent), ...framesIn(c.in.sent)]);
  return frames.filter(frame => frame[TYPE_AT] === FRAME_TYPE.ping).length;
}

describe('an idle link', () => {
  it('is asked for a sign of life after the interval, and stays up', () => {
    const { world, a, b } = pair();
    world.clock.run(pingIntervalMs - 1);
    expect(pingsSent(world)).toBe(0);
    world.clock.run(2);
    expect(pingsSent(world)).toBeGreaterThan(0);
    world.clock.run(100 * pingIntervalMs);
    expect([a.downs, b.downs]).toEqual([[], []]);
  });

  it('is not asked while messages come', () => {
    const { world, a, b } = pair();
    for (let i = 0; i < 20; i++) {
      world.clock.run(pingIntervalMs / 2);
      a.broadcast();
      b.broadcast();
    }
    expect(pingsSent(world)).toBe(0);
  });

  it('that is half-open is closed by both ends after interval and timeout, and not before', () => {
    const { world, a, b } = pair();
    const cable = world.connections[0];
    if (cable !== undefined) {
      cable.out.isCut = true;
      cable.in.isCut = true;
    }
    world.clock.run(pingIntervalMs + pongTimeoutMs - 1);
    expect([a.downs.length, b.downs.length]).toEqual([0, 0]);
    world.clock.run(2);
    expect([...a.downs, ...b.downs].map(({ reason }) => reason)).toEqual(['not-alive', 'not-alive']);
    expect([a.peer.links.size, b.peer.links.size]).toEqual([0, 0]);
  });

  it('that only one direction of has died is closed as well', () => {
    const { world, a, b } = pair();
    if (world.connections[0] !== undefined) world.connections[0].out.isCut = true;
    world.clock.run(2 * (pingIntervalMs + pongTimeoutMs));
    expect([...a.downs, ...b.downs].map(({ reason }) => reason)).toContain('not-alive');
    expect([a.peer.links.size, b.peer.links.size]).toEqual([0, 0]);
  });
});

describe('hangup', () => {
  it('is answered with BYE, as the drain of the other end expects', () => {
    const world = new TestWorld();
    const peer = world.add();
    const stranger = world.stranger(peer);
    stranger.send(helloFrame());
    stranger.send(encodeBye('hangup', idOf(1)));
    world.clock.run(10);
    expect(byeTo(stranger)).toBe('hangup');
    expect(stranger.isEnded).toBe(true);
  });

  it('ends the link at both ends, with the reason, and both count the same', () => {
    const { world, a, b } = pair({ maxDelayMs: 20 });
    const link = a.peer.neighbours[0];
    if (link === undefined) throw new Error('no link');
    b.broadcast();
    a.peer.hangup(link, world.clock.nowMs);
    expect(a.peer.neighbours).toEqual([]);
    world.clock.run(100);
    expect(a.downs.map(({ reason }) => reason)).toEqual(['hangup']);
    expect(b.downs.map(({ reason }) => reason)).toEqual(['hangup']);
    expect(a.delivered.length).toBe(1);
    expect([a.closed.length, b.closed.length]).toEqual([1, 1]);
    expect(world.inFlight()).toBe(0);
  });
});

describe('leave', () => {
  it('at any moment of a flood loses no frame that was handed to a link: sums agree for each session', () => {
    const moments = fc.array(fc.record({ waitMs: fc.nat(30), who: fc.nat(4), isLeave: fc.boolean() }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.nat(2 ** 30), moments, (seed, steps) => {
        const world = new TestWorld({ seed, maxDelayMs: 40, isChopping: true });
        const peers = Array.from({ length: 5 }, () => world.add());
        for (const [i, from] of peers.entries()) {
          for (const to of peers.slice(i + 1)) {
            world.dial(from, to);
            if ((seed >> i) % 2 === 0) world.dial(to, from);
          }
        }
        for (const { waitMs, who, isLeave } of steps) {
          world.clock.run(waitMs);
          const peer = peers[who];
          if (isLeave) peer?.peer.leave(world.clock.nowMs);
          else peer?.broadcast();
        }
        for (const peer of peers) peer.peer.leave(world.clock.nowMs);
        world.clock.run(drainTimeoutMs / 2);
        for (const peer of peers) expect(peer.peer.links.size).toBe(0);
        for (const { out, in: accepted } of world.connections) {
          expect(accepted.link?.framesIn).toBe(out.link?.framesOut);
          expect(out.link?.framesIn).toBe(accepted.link?.framesOut);
        }
      }),
      { numRuns: 120 },
    );
  });

  it('is over after the drain limit when the other end never answers', () => {
    const { world, a } = pair();
    if (world.connections[0] !== undefined) world.connections[0].in.isCut = true;
    a.peer.leave(world.clock.nowMs);
    world.clock.run(drainTimeoutMs - 1);
    expect(a.peer.links.size).toBe(1);
    world.clock.run(2);
    expect(a.peer.links.size).toBe(0);
    expect(a.closed.length).toBe(1);
  });

  it('is over after the drain limit though bytes still come from a neighbour that was being asked for life', () => {
    const world = new TestWorld();
    const peer = world.add();
    const stranger = world.stranger(peer);
    stranger.send(helloFrame());
    world.clock.run(pingIntervalMs + 1);
    peer.peer.leave(world.clock.nowMs);
    stranger.send(dataFrame(1, 9));
    world.clock.run(drainTimeoutMs - 1);
    expect([stranger.link.state, stranger.link.framesIn]).toEqual(['closing', 1]);
    world.clock.run(2);
    expect(stranger.link.state).toBe('closed');
  });

  it('refuses whoever comes later', () => {
    const { world, a } = pair();
    a.peer.leave(world.clock.nowMs);
    const late = world.stranger(a);
    expect(late.link.end).toBe('leaving');
  });

  it('sends nothing after BYE', () => {
    const { world, a, b } = pair();
    a.peer.leave(world.clock.nowMs);
    a.broadcast();
    b.broadcast();
    world.clock.run(100);
    const frames = framesIn(world.connections[0]?.out.sent ?? []);
    expect(frames.map(frame => frame[TYPE_AT])).toEqual([FRAME_TYPE.hello, FRAME_TYPE.bye]);
    expect(a.delivered.length).toBe(1);
  });
});
