/** Mattern's four-counter method (1987), on the counters of link sessions. */
import type { SessionCounters } from '@peerlab/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSameRound, judge, type PeerReading, type Round } from './quiescence.ts';

function session(of: Partial<SessionCounters>): SessionCounters {
  return { session: 's', peer: 'b', open: true, framesOut: 0, framesIn: 0, ...of };
}

describe('one round', () => {
  test('equal counters at both ends of a session are at rest', () => {
    const { unsettled } = judge([
      { nodeId: 'a', sessions: [session({ peer: 'b', framesOut: 3, framesIn: 1 })] },
      { nodeId: 'b', sessions: [session({ peer: 'a', framesOut: 1, framesIn: 3 })] },
    ]);
    expect(unsettled).toEqual([]);
  });

  test('a frame that was handed and not taken is in flight, on that link and in that direction', () => {
    const { unsettled } = judge([
      { nodeId: 'a', sessions: [session({ peer: 'b', framesOut: 3 })] },
      { nodeId: 'b', sessions: [session({ peer: 'a', framesIn: 2 })] },
    ]);
    expect(unsettled).toEqual([{ session: 's', from: 'a', to: 'b', framesOut: 3, framesIn: 2, reason: 'in-flight' }]);
  });

  test('frames of a session that is closed at both ends are lost, not in flight', () => {
    const judgement = judge([
      { nodeId: 'a', sessions: [session({ peer: 'b', framesOut: 3, open: false })] },
      { nodeId: 'b', sessions: [session({ peer: 'a', framesIn: 2, open: false })] },
    ]);
    expect(judgement.unsettled).toEqual([]);
    expect(judgement.framesLost).toBe(1);
  });

  test('a session that is open at one end only is waited for', () => {
    const { unsettled } = judge([
      { nodeId: 'a', sessions: [session({ peer: 'b', open: false })] },
      { nodeId: 'b', sessions: [session({ peer: 'a' })] },
    ]);
    expect(unsettled.map(({ reason }) => reason)).toEqual(['closing', 'closing']);
  });

  test('a session that the other end does not know yet is waited for', () => {
    const { unsettled } = judge([
      { nodeId: 'a', sessions: [session({ peer: 'b', framesOut: 1 })] },
      { nodeId: 'b', sessions: [] },
    ]);
    expect(unsettled.map(({ reason }) => reason)).toEqual(['opening']);
  });

  test('frames towards a peer that does not run are lost, not in flight', () => {
    const judgement = judge([
      { nodeId: 'a', sessions: [session({ peer: 'b', framesOut: 5 })] },
      { nodeId: 'b', sessions: undefined },
    ]);
    expect(judgement.unsettled).toEqual([]);
    expect(judgement.framesLost).toBe(5);
  });
});

describe('two rounds', () => {
  const round = (...sessions: SessionCounters[]): Round => judge([{ nodeId: 'a', sessions }]);
  const one = session({ session: 's1', framesOut: 2, framesIn: 1 });
  const two = session({ session: 's2', framesOut: 1, framesIn: 2 });

  test('are the same in whatever order a peer lists its sessions', () => {
    expect(isSameRound(round(one, two), round({ ...two }, { ...one }))).toBe(true);
  });

  test.each([{ framesOut: 3 }, { framesIn: 0 }, { open: false }])('differ by %o of one session', change => {
    expect(isSameRound(round(one, two), round({ ...one, ...change }, two))).toBe(false);
  });

  test('differ where what one session gained hides in one that was forgotten', () => {
    expect(isSameRound(round(one, two), round(session({ session: 's1', framesOut: 3, framesIn: 3 })))).toBe(false);
  });

  test('differ when a peer has ended between them', () => {
    const gone = judge([{ nodeId: 'a', sessions: undefined }]);
    expect(isSameRound(round(), gone)).toBe(false);
    expect(isSameRound(gone, gone)).toBe(true);
  });
});

/** A flood on a ring, one step at a time: a step takes the oldest frame of one link and hands on what follows from it. */
class Ring {
  readonly peers: number;
  readonly queues: Map<string, number[]> = new Map();
  readonly seen: Set<number>[];
  readonly out: Map<string, number> = new Map();
  readonly taken: Map<string, number> = new Map();

  constructor(peers: number) {
    this.peers = peers;
    this.seen = Array.from({ length: peers }, () => new Set<number>());
  }

  get inFlight(): number {
    return [...this.queues.values()].reduce((sum, queue) => sum + queue.length, 0);
  }

  broadcast(message: number, from: number): void {
    this.seen[from]?.add(message);
    for (const to of this.#neighbours(from)) this.#hand(from, to, message);
  }

  step(choice: number): void {
    const busy = [...this.queues].filter(([, queue]) => queue.length > 0);
    const [key, queue] = busy[choice % Math.max(1, busy.length)] ?? [];
    const message = queue?.shift();
    if (key === undefined || message === undefined) return;
    const [from = 0, to = 0] = key.split('>').map(Number);
    this.taken.set(key, (this.taken.get(key) ?? 0) + 1);
    if (this.seen[to]?.has(message)) return;
    this.seen[to]?.add(message);
    for (const next of this.#neighbours(to)) if (next !== from) this.#hand(to, next, message);
  }

  read(peer: number): PeerReading {
    const sessions = this.#neighbours(peer).map(other =>
      session({
        session: `${Math.min(peer, other)}-${Math.max(peer, other)}`,
        peer: String(other),
        framesOut: this.out.get(`${peer}>${other}`) ?? 0,
        framesIn: this.taken.get(`${other}>${peer}`) ?? 0,
      }),
    );
    return { nodeId: String(peer), sessions };
  }

  #neighbours(peer: number): number[] {
    return [(peer + 1) % this.peers, (peer + this.peers - 1) % this.peers];
  }

  #hand(from: number, to: number, message: number): void {
    const key = `${from}>${to}`;
    this.queues.set(key, [...(this.queues.get(key) ?? []), message]);
    this.out.set(key, (this.out.get(key) ?? 0) + 1);
  }
}

test('two rounds never agree on rest while a frame is in flight, whatever happens between the readings', () => {
  let rests = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 6 }),
      fc.integer({ min: 1, max: 3 }),
      // Frames that cross their links before each reading; often none, so that a flood stands still in the middle.
      fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, fc.array(fc.nat(50), { maxLength: 30 })), {
        minLength: 20,
        maxLength: 60,
      }),
      (peers, messages, schedule) => {
        const ring = new Ring(peers);
        for (let message = 0; message < messages; message++) ring.broadcast(message, message % peers);
        let last: Round | undefined;
        let readings: PeerReading[] = [];
        for (const steps of schedule) {
          for (const choice of steps) ring.step(choice);
          readings.push(ring.read(readings.length));
          if (readings.length < peers) continue;
          const now = judge(readings);
          readings = [];
          const isAtRest = (round: Round | undefined): boolean => round?.unsettled.length === 0;
          if (last !== undefined && isSameRound(last, now) && isAtRest(last) && isAtRest(now)) {
            rests++;
            expect(ring.inFlight).toBe(0);
          }
          last = now;
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(rests).toBeGreaterThan(0);
});

test('a network that has come to rest is found at rest in two rounds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 6 }), fc.integer({ min: 1, max: 3 }), (peers, messages) => {
      const ring = new Ring(peers);
      for (let message = 0; message < messages; message++) ring.broadcast(message, message % peers);
      while (ring.inFlight > 0) ring.step(0);
      const round = (): Round => judge(Array.from({ length: peers }, (_, peer) => ring.read(peer)));
      const [first, second] = [round(), round()];
      expect(first.unsettled).toEqual([]);
      expect(isSameRound(first, second)).toBe(true);
      // A ring is one edge more than a tree: 2|E| - |V| + 1 = |V| + 1 frames for each flood.
      expect(second.framesOut).toBe(messages * (peers + 1));
    }),
  );
});
