/**
 * The exact horizon, message after message of one origin, so that peers learn and hold relays back: whatever the delays
 * and whatever links come and go between messages, it stays exact. Claims: docs/PROTOCOL.md, "Relaying" and "Fewer frames".
 */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type Stranger, type TestPeer, TestWorld } from '../test/test-peer.ts';
import { byeTo, dataFrame, framesIn, helloFrame, idOf } from '../test/wire.ts';
import { isNeeded, UNSEEN } from './flood.ts';
import { FRAME_TYPE, TTL_AT, TYPE_AT } from './frame.ts';
import type { PeerOptions } from './options.ts';

// Properties take seconds on a busy machine; nothing here waits for real time.
vi.setConfig({ testTimeout: 60_000 });

type Edge = readonly [number, number];

/** Pairs of up to 10 peers, with a tree among them, so that all are connected. */
const edges: fc.Arbitrary<readonly Edge[]> = fc
  .tuple(
    fc.tuple(...Array.from({ length: 9 }, (_, i) => fc.nat(i))),
    fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 12 }),
  )
  .map(([parents, extra]) => {
    const all = [...parents.map((parent, i): Edge => [parent, i + 1]), ...extra.filter(([a, b]) => a !== b)];
    return [...new Map(all.map(([a, b]) => [`${Math.min(a, b)}-${Math.max(a, b)}`, [a, b] as const])).values()];
  });

function distances(count: number, links: readonly Edge[], from: number): number[] {
  const distance = new Array<number>(count).fill(Number.POSITIVE_INFINITY);
  distance[from] = 0;
  for (let round = 0; round < count; round++) {
    for (const [a, b] of links) {
      distance[a] = Math.min(distance[a] ?? 0, (distance[b] ?? 0) + 1);
      distance[b] = Math.min(distance[b] ?? 0, (distance[a] ?? 0) + 1);
    }
  }
  return distance;
}

function sum(peers: readonly TestPeer[], of: (peer: TestPeer) => number): number {
  return peers.reduce((total, peer) => total + of(peer), 0);
}

describe('floods of one origin', () => {
  it('each reach exactly their horizon, once, whatever the delays and the links that end in between', () => {
    let held = 0;
    fc.assert(
      fc.property(
        edges,
        fc.nat(2 ** 30),
        fc.constantFrom(0, 3, 40, 300),
        fc.array(
          fc.record({ ttl: fc.oneof(fc.integer({ min: 1, max: 7 }), fc.constantFrom(65, 65_534)), cut: fc.nat(99) }),
          {
            minLength: 3,
            maxLength: 6,
          },
        ),
        (all, seed, maxDelayMs, messages) => {
          const world = new TestWorld({ seed, maxDelayMs, isChopping: true });
          const peers = world.wire(10, all);
          const links = [...all];
          for (const { ttl, cut } of messages) {
            const id = peers[0]?.broadcast({ ttl }) ?? '';
            for (let i = 0; i < 400; i++) {
              world.clock.run(5);
              held += sum(peers, ({ peer }) => peer.heldRelays);
              // What is held back is in flight for whoever reads counters.
              expect(world.inFlight()).toBeGreaterThanOrEqual(sum(peers, ({ peer }) => peer.heldRelays));
            }
            world.clock.run(4000);
            expect(world.inFlight()).toBe(0);
            const reached = peers.map(peer => peer.count(id));
            expect(reached).toEqual(distances(10, links, 0).map(d => (d >= 1 && d <= ttl ? 1 : 0)));
            // A link ends, so that distances grow; with luck, parts of the network too.
            const at = cut % (links.length + 1);
            const [edge] = links.splice(at, 1);
            if (edge === undefined) continue;
            const [a, b] = [peers[edge[0]], peers[edge[1]]];
            const link = a?.peer.neighbours.find(({ peer }) => String(peer) === String(b?.peer.nodeId));
            if (link === undefined) throw new Error(`no link ${edge}`);
            a?.peer.hangup(link, world.clock.nowMs);
            world.clock.run(3000);
            for (const ends of world.connections.splice(0)) {
              if (ends.out.link?.isClosed === false) world.connections.push(ends);
            }
          }
        },
      ),
      { numRuns: 25 },
    );
    expect(held).toBeGreaterThan(0);
  });

  it('lose nobody when a neighbour hangs up while relays are held back', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 30), fc.integer({ min: 0, max: 120 }), (seed, atMs) => {
        // 0-1-2-3 is slow by chance, 0-4-5-6-2 fast; 3 hears of everything by 2 alone, 7 is 2's neighbour that leaves.
        const world = new TestWorld({ seed, maxDelayMs: 60 });
        const ring: Edge[] = [
          [0, 1],
          [1, 2],
          [2, 3],
          [0, 4],
          [4, 5],
          [5, 6],
          [6, 2],
          [2, 7],
        ];
        const peers = world.wire(8, ring);
        for (let i = 0; i < 3; i++) {
          peers[0]?.broadcast({ ttl: 6 });
          world.clock.run(3000);
        }
        const id = peers[0]?.broadcast({ ttl: 6 }) ?? '';
        world.clock.run(atMs);
        const leaving = peers[7];
        leaving?.peer.leave(world.clock.nowMs);
        world.clock.run(5000);
        expect(peers.slice(1, 7).map(peer => peer.count(id))).toEqual([1, 1, 1, 1, 1, 1]);
        for (const { out, in: accepted } of world.connections) {
          expect([out.link?.framesIn, accepted.link?.framesIn]).toEqual([
            accepted.link?.framesOut,
            out.link?.framesOut,
          ]);
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** A peer between three neighbours, who count the data frames that they get. */
class Middle {
  readonly world: TestWorld = new TestWorld();
  readonly peer: TestPeer;
  readonly near: Stranger;
  readonly far: Stranger;
  readonly other: Stranger;

  constructor(options: Partial<PeerOptions> = {}) {
    this.peer = this.world.add(options);
    const [near, far, other] = [1, 2, 3].map(n => {
      const stranger = this.world.stranger(this.peer);
      stranger.send(helloFrame({ nodeId: idOf(n), session: idOf(n) }));
      return stranger;
    });
    if (near === undefined || far === undefined || other === undefined) throw new Error('three neighbours');
    [this.near, this.far, this.other] = [near, far, other];
    this.world.clock.run(10);
  }

  /** The TTLs of a message's copies that each neighbour has got so far: near, far, other. */
  got(id: number): number[][] {
    return [this.near, this.far, this.other].map(({ got }) =>
      framesIn(got)
        .filter(frame => frame[TYPE_AT] === FRAME_TYPE.broadcast && frame[12] === id)
        .map(frame => frame[TTL_AT + 1] ?? 0),
    );
  }

  /** The far copy has crossed 4 links, the near one 2. */
  sends(from: 'near' | 'far', id: number, runMs: number): void {
    this[from].send(dataFrame(id, from === 'near' ? 7 : 5, 8));
    this.world.clock.run(runMs);
  }

  /** Learns that the near copy is the best, and comes 10 ms after the first. */
  learn(): void {
    this.sends('far', 1, 10);
    this.sends('near', 1, 10);
  }
}

describe('a better copy', () => {
  it('is relayed again, but to nobody who has shown to have one as good', () => {
    const middle = new Middle();
    middle.sends('far', 1, 10);
    expect(middle.got(1)).toEqual([[4], [], [4]]);
    // The far neighbour's copy had a TTL of 5, so it has one of 6, which is what it would get.
    middle.sends('near', 1, 10);
    expect(middle.got(1)).toEqual([[4], [], [4, 6]]);
    expect(middle.peer.peer.totals).toMatchObject({ delivered: 1, relayed: 2, duplicate: 0 });
  });

  it('goes to a neighbour that has shown a worse one, or none', () => {
    const middle = new Middle();
    middle.far.send(dataFrame(1, 4, 8));
    middle.world.clock.run(10);
    middle.sends('near', 1, 10);
    expect(middle.got(1)).toEqual([[3], [6], [3, 6]]);
    expect([isNeeded(UNSEEN, 1), isNeeded(4, 6), isNeeded(5, 6), isNeeded(7, 6)]).toEqual([true, true, false, false]);
  });

  it('goes to a neighbour that has come anew since it showed one', () => {
    const middle = new Middle();
    middle.sends('far', 1, 10);
    middle.far.close();
    middle.world.clock.run(10);
    const anew = middle.world.stranger(middle.peer);
    anew.send(helloFrame({ nodeId: idOf(2), session: idOf(4) }));
    middle.world.clock.run(10);
    middle.sends('near', 1, 10);
    expect(framesIn(anew.got).filter(frame => frame[TYPE_AT] === FRAME_TYPE.broadcast).length).toBe(1);
  });
});

describe('the relay of a first copy', () => {
  it('waits where a better one is to be expected, and that one goes on in its place, once', () => {
    const middle = new Middle();
    middle.learn();
    middle.sends('far', 2, 10);
    expect(middle.peer.delivered.length).toBe(2);
    expect(middle.got(2)).toEqual([[], [], []]);
    expect(middle.peer.peer.heldRelays).toBe(1);
    expect(middle.far.link.framesIn).toBe(1);
    middle.sends('near', 2, 10);
    expect(middle.got(2)).toEqual([[], [6], [6]]);
    expect(middle.peer.peer.heldRelays).toBe(0);
    expect(middle.far.link.framesIn).toBe(2);
    expect(middle.peer.delivered.length).toBe(2);
    middle.world.clock.run(1000);
    expect(middle.got(2)).toEqual([[], [6], [6]]);
  });

  it('goes on after twice the lateness that was seen and 5 ms; the next one does not wait', () => {
    const middle = new Middle();
    middle.learn();
    // 10 ms late, known to a millisecond.
    middle.sends('far', 2, 24);
    expect(middle.got(2)).toEqual([[], [], []]);
    middle.world.clock.run(4);
    expect(middle.got(2)).toEqual([[4], [], [4]]);
    expect(middle.far.link.framesIn).toBe(2);
    middle.sends('far', 3, 0);
    middle.world.clock.run(0);
    expect(middle.got(3)).toEqual([[4], [], [4]]);
    // The better way is back: it is relayed again, and learned again.
    middle.sends('near', 3, 10);
    middle.sends('far', 4, 10);
    expect(middle.got(4)).toEqual([[], [], []]);
  });

  it('does not wait for a copy that comes too late to be waited for', () => {
    const middle = new Middle({ maxHoldMs: 100 });
    middle.sends('far', 1, 150);
    middle.sends('near', 1, 10);
    middle.sends('far', 2, 0);
    middle.world.clock.run(0);
    expect(middle.got(2)).toEqual([[4], [], [4]]);
  });

  it('never waits longer than maxHoldMs, and not at all with 0', () => {
    for (const [maxHoldMs, waitsMs] of [
      [15, 15],
      [0, 0],
    ] as const) {
      const middle = new Middle({ maxHoldMs });
      middle.learn();
      middle.sends('far', 2, Math.max(0, waitsMs - 1));
      expect(middle.got(2)[2]).toEqual(waitsMs === 0 ? [4] : []);
      middle.world.clock.run(1);
      expect(middle.got(2)[2]).toEqual([4]);
    }
  });

  it('does not wait when the bytes that may wait are used up', () => {
    const middle = new Middle({ maxHeldBytes: 400 });
    middle.learn();
    middle.sends('far', 2, 1);
    middle.sends('far', 3, 1);
    expect([middle.got(2)[2], middle.got(3)[2]]).toEqual([[], [4]]);
  });

  it('goes on at once when the link that it came by fails, and counts as taken before the counters are read', () => {
    const middle = new Middle();
    middle.learn();
    middle.sends('far', 2, 1);
    middle.peer.peer.cut(idOf(2), middle.world.clock.nowMs);
    expect(middle.far.link.framesIn).toBe(2);
    middle.world.clock.run(1);
    expect(middle.got(2)).toEqual([[4], [], [4]]);
  });

  it('goes on before a BYE, the one of this peer and the answer to the other end', () => {
    for (const end of ['mine', 'theirs'] as const) {
      const middle = new Middle();
      middle.learn();
      middle.sends('far', 2, 1);
      if (end === 'mine') middle.peer.peer.leave(middle.world.clock.nowMs);
      else middle.other.send(new Uint8Array([0, 0, 0, 20, FRAME_TYPE.bye, 0, 0, 2, ...idOf(3)]));
      middle.world.clock.run(1);
      expect(middle.got(2)[2]).toEqual([4]);
      expect(byeTo(middle.other)).toBe(end === 'mine' ? 'leaving' : 'hangup');
      expect(middle.far.link.framesIn).toBe(2);
    }
  });
});
