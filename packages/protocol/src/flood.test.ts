/**
 * Flooding over random graphs with random delays: the horizon is exact, everybody gets a message once, nothing is
 * echoed, and the frames are as many as the graph says. Claims: docs/PROTOCOL.md, "Relaying".
 */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type TestPeer, TestWorld } from '../test/test-peer.ts';
import { dataFrame, framesIn, helloFrame, idOf } from '../test/wire.ts';
import { DELIVER, decideFlood, hopsOf, IGNORE, OWN_MESSAGE, RELAY, REMEMBER, UNSEEN } from './flood.ts';
import { FRAME_TYPE, TTL_AT, TYPE_AT } from './frame.ts';

// Properties take seconds on a busy machine; nothing here waits for real time.
vi.setConfig({ testTimeout: 60_000 });

interface Graph {
  readonly count: number;
  readonly edges: readonly (readonly [number, number])[];
}

/** Connected graphs: a random tree, and more edges. */
const graph: fc.Arbitrary<Graph> = fc.integer({ min: 2, max: 12 }).chain(count =>
  fc
    .tuple(
      fc.tuple(...Array.from({ length: count - 1 }, (_, i) => fc.integer({ min: 0, max: i }))),
      fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 14 }),
    )
    .map(([parents, extra]) => {
      const edges = new Map<string, readonly [number, number]>();
      parents.forEach((parent, i) => {
        edges.set(`${parent}-${i + 1}`, [parent, i + 1]);
      });
      for (const [a, b] of extra)
        if (a !== b) edges.set(`${Math.min(a, b)}-${Math.max(a, b)}`, a < b ? [a, b] : [b, a]);
      return { count, edges: [...edges.values()] };
    }),
);

/** Links on a shortest path from `from` to each peer; Infinity: out of reach. */
function distances({ count, edges }: Graph, from: number): number[] {
  const distance = new Array<number>(count).fill(Number.POSITIVE_INFINITY);
  distance[from] = 0;
  for (let round = 0; round < count; round++) {
    for (const [a, b] of edges) {
      distance[a] = Math.min(distance[a] ?? 0, (distance[b] ?? 0) + 1);
      distance[b] = Math.min(distance[b] ?? 0, (distance[a] ?? 0) + 1);
    }
  }
  return distance;
}

/** A wired world with random delays, everybody connected. */
function wired({ count, edges }: Graph, seed: number, exactTtlMax = 64): { world: TestWorld; peers: TestPeer[] } {
  const world = new TestWorld({ seed, maxDelayMs: 50, isChopping: true, options: { exactTtlMax } });
  return { world, peers: world.wire(count, edges) };
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('empty');
  return item;
}

function dataFramesSent(world: TestWorld): Uint8Array[] {
  const frames = world.connections.flatMap(({ out, in: accepted }) => [
    ...framesIn(out.sent),
    ...framesIn(accepted.sent),
  ]);
  return frames.filter(frame => (frame[TYPE_AT] ?? 0) >= FRAME_TYPE.broadcast && (frame[TYPE_AT] ?? 0) < 0x80);
}

const seed = fc.nat(2 ** 30);

describe('a broadcast', () => {
  it('with TTL T reaches exactly the peers at distance 1..T, once each, whatever the delays', () => {
    fc.assert(
      fc.property(graph, seed, fc.nat(11), fc.integer({ min: 0, max: 8 }), (g, s, from, ttl) => {
        const { world, peers } = wired(g, s);
        const origin = at(peers, from);
        const distance = distances(g, from % g.count);
        const id = origin.broadcast({ ttl });
        world.clock.run(5000);
        const reached = peers.map(peer => peer.count(id));
        expect(reached).toEqual(distance.map(d => (d >= 1 && d <= ttl ? 1 : 0)));
        for (const [i, peer] of peers.entries()) {
          for (const { hops, initialTtl, ttl: left } of peer.delivered) {
            expect(hops).toBeGreaterThanOrEqual(distance[i] ?? 0);
            expect(hops).toBeLessThanOrEqual(ttl);
            expect(hops).toBe(initialTtl - left + 1);
          }
        }
        expect(world.inFlight()).toBe(0);
      }),
      { numRuns: 120 },
    );
  });

  it('without limit reaches everybody once in exactly 2|E| - |V| + 1 frames, whatever the delays', () => {
    fc.assert(
      fc.property(graph, seed, fc.nat(11), (g, s, from) => {
        const { world, peers } = wired(g, s);
        const origin = at(peers, from);
        const id = origin.broadcast();
        world.clock.run(5000);
        expect(peers.map(peer => peer.count(id))).toEqual(peers.map(peer => (peer === origin ? 0 : 1)));
        expect(dataFramesSent(world).length).toBe(2 * g.edges.length - g.count + 1);
      }),
      { numRuns: 80 },
    );
  });

  it('keeps the sums of counters paired at every moment: never more frames taken than handed', () => {
    fc.assert(
      fc.property(graph, seed, (g, s) => {
        const { world, peers } = wired(g, s);
        for (let i = 0; i < 6; i++) at(peers, i).broadcast({ ttl: i % 2 === 0 ? 3 : 65535 });
        for (let i = 0; i < 60; i++) {
          world.clock.run(5);
          for (const { out, in: accepted } of world.connections) {
            expect(out.link?.framesOut ?? 0).toBeGreaterThanOrEqual(accepted.link?.framesIn ?? 0);
            expect(accepted.link?.framesOut ?? 0).toBeGreaterThanOrEqual(out.link?.framesIn ?? 0);
          }
        }
        world.clock.run(5000);
        expect(world.inFlight()).toBe(0);
        const counted = world.connections.reduce(
          (n, c) => n + (c.out.link?.framesOut ?? 0) + (c.in.link?.framesOut ?? 0),
          0,
        );
        expect(counted).toBe(dataFramesSent(world).length);
      }),
      { numRuns: 30 },
    );
  });

  it('falls short of its horizon when flooded classically (exactTtlMax 0): a longer, faster path hides the better copy', () => {
    // o - x - t and o - y - z - x: the copy by y and z comes first, and has nothing left for t.
    const g: Graph = {
      count: 5,
      edges: [
        [0, 1],
        [1, 2],
        [0, 3],
        [3, 4],
        [4, 1],
      ],
    };
    const reached = [64, 0].map(exactTtlMax => {
      const world = new TestWorld({ isHeld: true, options: { exactTtlMax } });
      const peers = world.wire(g.count, g.edges);
      const drain = (skip: number | undefined): void => {
        for (let moved = true; moved; ) {
          moved = false;
          world.connections.forEach(({ out, in: accepted }, i) => {
            if (i === skip) return;
            for (const end of [out, accepted]) {
              for (; end.underWay > 0; moved = true) end.arriveNext();
            }
          });
        }
      };
      drain(undefined);
      const id = at(peers, 0).broadcast({ ttl: 3 });
      drain(0);
      expect(at(peers, 1).delivered[0]?.hops).toBe(3);
      drain(undefined);
      return peers.map(peer => peer.count(id));
    });
    expect(distances(g, 0)).toEqual([0, 1, 2, 1, 2]);
    expect(reached).toEqual([
      [0, 1, 1, 1, 1],
      [0, 1, 0, 1, 1],
    ]);
  });

  it('is exact up to exactTtlMax, and plain above it', () => {
    expect(decideFlood(3, 5, 64, 64)).toBe(RELAY | REMEMBER);
    expect(decideFlood(3, 5, 65, 64)).toBe(IGNORE);
  });

  it('with TTL 0 goes nowhere', () => {
    const world = new TestWorld();
    const peers = world.wire(2, [[0, 1]]);
    at(peers, 0).broadcast({ ttl: 0 });
    world.clock.run(1000);
    expect(dataFramesSent(world)).toEqual([]);
  });

  it.each([-1, 1.5, 65536, Number.NaN])('refuses the TTL %s', ttl => {
    const peer = new TestWorld().add();
    expect(() => peer.broadcast({ ttl })).toThrow(RangeError);
    expect(() => peer.dm(new TestWorld({ seed: 2 }).wire(2, [])[1] ?? peer, { ttl })).toThrow(RangeError);
  });

  it('carries the TTL that is left for the link, and never one of zero', () => {
    const world = new TestWorld();
    const peers = world.wire(4, [
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    at(peers, 0).broadcast({ ttl: 2 });
    world.clock.run(1000);
    expect(dataFramesSent(world).map(frame => frame[TTL_AT + 1])).toEqual([2, 1]);
    expect(at(peers, 2).peer.totals.expired).toBe(1);
  });
});

describe('a relay', () => {
  it('sends on every link but the one that the copy came by, the same bytes with a TTL lower by one', () => {
    const world = new TestWorld();
    const peer = world.add();
    const strangers = [1, 2, 3].map(n => {
      const stranger = world.stranger(peer);
      stranger.send(helloFrame({ nodeId: idOf(n), session: idOf(n) }));
      return stranger;
    });
    world.clock.run(10);
    const frame = dataFrame(9, 5, 8);
    at(strangers, 0).send(frame);
    world.clock.run(10);
    const got = strangers.map(({ got: chunks }) => framesIn(chunks).slice(1));
    const passedOn = frame.slice();
    passedOn[TTL_AT + 1] = 4;
    expect(got).toEqual([[], [passedOn], [passedOn]]);
  });

  it('keeps the order of the frames of a link, those of one chunk sent as one slice', () => {
    const world = new TestWorld();
    const peer = world.add();
    const [from, to] = [1, 2].map(n => {
      const stranger = world.stranger(peer);
      stranger.send(helloFrame({ nodeId: idOf(n), session: idOf(n) }));
      return stranger;
    });
    world.clock.run(10);
    const ids = [1, 2, 1, 3, 4];
    const chunk = new Uint8Array(ids.flatMap(id => Array.from(dataFrame(id, 3))));
    if (from === undefined || to === undefined) throw new Error('two strangers');
    peer.received(from.link, chunk);
    world.clock.run(10);
    expect(
      framesIn(to.got)
        .slice(1)
        .map(frame => frame[12]),
    ).toEqual([1, 2, 3, 4]);
    // HELLO, then the run before the duplicate, then the run after it.
    expect(to.theirs.sent.length).toBe(3);
    expect(peer.peer.totals).toMatchObject({ delivered: 4, relayed: 4, duplicate: 1 });
  });

  it('does not deliver a message that carries its own id as origin, nor pass it on', () => {
    const world = new TestWorld();
    const [a, b] = world.wire(2, [[0, 1]]);
    if (a === undefined || b === undefined) throw new Error('two peers');
    const stranger = world.stranger(a);
    stranger.send(helloFrame());
    const frame = dataFrame(1, 9);
    frame.set(a.peer.nodeId, 28);
    stranger.send(frame);
    world.clock.run(100);
    expect(a.delivered).toEqual([]);
    expect(b.delivered).toEqual([]);
  });

  it.each([
    ['a remaining TTL of zero', dataFrame(1, 0, 5)],
    ['more TTL left than the origin chose', dataFrame(1, 6, 5)],
    ['a broadcast cut short', dataFrame(1, 5).slice(0, 40)],
    ['a DM cut short', dataFrame(1, 5, 5, idOf(1)).slice(0, 56)],
  ])('ends the link over %s', (_title, bad) => {
    const world = new TestWorld();
    const peer = world.add();
    const stranger = world.stranger(peer);
    stranger.send(helloFrame());
    new DataView(bad.buffer).setUint32(0, bad.length - 4);
    stranger.send(bad);
    world.clock.run(10);
    expect(peer.downs.map(({ reason }) => reason)).toEqual(['malformed']);
    expect(peer.delivered).toEqual([]);
  });
});

describe('a direct message', () => {
  it('arrives if and only if the distance is at most its TTL, at its recipient alone, once', () => {
    fc.assert(
      fc.property(graph, seed, fc.nat(11), fc.nat(11), fc.integer({ min: 0, max: 7 }), (g, s, from, to, ttl) => {
        fc.pre(from % g.count !== to % g.count);
        const { world, peers } = wired(g, s);
        const target = at(peers, to);
        const id = at(peers, from).dm(target, { ttl });
        world.clock.run(5000);
        const distance = distances(g, from % g.count)[to % g.count] ?? 0;
        expect(peers.map(peer => peer.count(id))).toEqual(peers.map(p => (p === target && distance <= ttl ? 1 : 0)));
        expect(world.inFlight()).toBe(0);
      }),
      { numRuns: 80 },
    );
  });

  it('is acknowledged to its origin when asked for, and then alone', () => {
    fc.assert(
      fc.property(graph, seed, fc.nat(11), fc.nat(11), fc.boolean(), (g, s, from, to, ack) => {
        fc.pre(from % g.count !== to % g.count);
        const { world, peers } = wired(g, s);
        const [origin, target] = [at(peers, from), at(peers, to)];
        const id = origin.dm(target, { ack, ttl: distances(g, from % g.count)[to % g.count] ?? 0 });
        world.clock.run(5000);
        for (const peer of peers) expect(peer.acks).toEqual(peer === origin && ack ? [{ id, by: target.id }] : []);
        expect(peers.reduce((sum, { delivered }) => sum + delivered.length, 0)).toBe(1);
      }),
      { numRuns: 50 },
    );
  });

  it('is not relayed by its recipient', () => {
    const world = new TestWorld();
    const peers = world.wire(3, [
      [0, 1],
      [1, 2],
    ]);
    at(peers, 0).dm(at(peers, 1));
    world.clock.run(1000);
    expect(dataFramesSent(world).length).toBe(1);
  });

  it('to oneself is refused', () => {
    const peer = new TestWorld().add();
    expect(() => peer.dm(peer)).toThrow(RangeError);
  });
});

describe('decideFlood', () => {
  const ttls = fc.integer({ min: 1, max: 65535 });

  it('delivers a message the first time, and never again', () => {
    fc.assert(
      fc.property(ttls, ttls, ttls, fc.nat(65534), (best, ttl, initial, exact) => {
        expect(decideFlood(UNSEEN, ttl, initial, exact) & DELIVER).toBe(DELIVER);
        expect(decideFlood(best, ttl, initial, exact) & DELIVER).toBe(0);
      }),
    );
  });

  it('relays only what has TTL left, and only what reaches further than before', () => {
    fc.assert(
      fc.property(fc.nat(65535), ttls, ttls, fc.nat(65534), (best, ttl, initial, exact) => {
        const isRelayed = (decideFlood(best, ttl, initial, exact) & RELAY) !== 0;
        expect(isRelayed).toBe(ttl > 1 && (best === UNSEEN || (ttl > best && initial <= exact)));
      }),
    );
  });

  it('never takes a message of its own for news', () => {
    fc.assert(fc.property(ttls, ttls, (ttl, initial) => decideFlood(OWN_MESSAGE, ttl, initial, 65534) === IGNORE));
  });

  it('counts hops from the two TTLs', () => {
    expect([hopsOf(8, 8), hopsOf(1, 8)]).toEqual([1, 8]);
  });
});
