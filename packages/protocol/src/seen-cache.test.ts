/** The seen-cache against a reference model, and what a peer does after it has forgotten. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { TestWorld } from '../test/test-peer.ts';
import { dataFrame, helloFrame, idOf } from '../test/wire.ts';
import { UNSEEN } from './flood.ts';
import { SeenCache } from './seen-cache.ts';

// Properties take seconds on a busy machine; nothing here waits for real time.
vi.setConfig({ testTimeout: 60_000 });

function key(n: number): Uint8Array {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32((n % 4) * 4, n + 1);
  return id;
}

const step = fc.record({
  waitMs: fc.oneof(fc.nat(5), fc.nat(120), fc.nat(400)),
  id: fc.nat(40),
  best: fc.integer({ min: 1, max: 65535 }),
  isRemember: fc.boolean(),
});

describe('SeenCache', () => {
  it('agrees with a model that never forgets, within its guarantees of count and age', () => {
    const maxEntries = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(
        maxEntries,
        fc.integer({ min: 1, max: 200 }),
        fc.array(step, { maxLength: 200 }),
        (max, age, steps) => {
          const cache = new SeenCache({ maxEntries: max, maxAgeMs: age, hashSeed: 99 });
          // For each id: its value, when it was remembered last, and how many other ids were since.
          const model = new Map<number, { best: number; atMs: number; since: Set<number> }>();
          let now = 0;
          for (const { waitMs, id, best, isRemember } of steps) {
            now += waitMs;
            if (isRemember) {
              cache.remember(key(id), 0, best, now);
              model.set(id, { best, atMs: now, since: new Set() });
              for (const [other, entry] of model) if (other !== id) entry.since.add(id);
            }
            for (const [known, entry] of model) {
              const found = cache.best(key(known), 0, now);
              const mustKnow = entry.since.size < max && now - entry.atMs < age;
              if (mustKnow) expect(found).toBe(entry.best);
              else expect([entry.best, UNSEEN]).toContain(found);
            }
            expect(cache.best(key(id + 1000), 0, now)).toBe(UNSEEN);
            expect(cache.size).toBeLessThanOrEqual(2 * max);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('has forgotten after twice the age while messages come, and after twice the age of silence', () => {
    const cache = new SeenCache({ maxEntries: 1000, maxAgeMs: 100, hashSeed: 1 });
    cache.remember(key(1), 0, 7, 0);
    for (let now = 0; now <= 200; now += 2) cache.best(key(2), 0, now);
    expect(cache.best(key(1), 0, 202)).toBe(UNSEEN);
    cache.remember(key(3), 0, 7, 300);
    expect(cache.best(key(3), 0, 700)).toBe(UNSEEN);
    expect(cache.size).toBe(0);
  });

  it('finds every id of many, and takes memory for its bound, not for what passed through', () => {
    const cache = new SeenCache({ maxEntries: 1000, maxAgeMs: 1e9, hashSeed: 12345 });
    for (let n = 0; n < 1000; n++) cache.remember(key(n), 0, 1 + n, 0);
    for (let n = 0; n < 1000; n++) expect(cache.best(key(n), 0, 0)).toBe(1 + n);
    for (let n = 0; n < 20_000; n++) cache.remember(key(n), 0, 1, 0);
    expect(cache.sizeBytes).toBeLessThanOrEqual(2 * 2048 * 18);
    for (let n = 19_000; n < 20_000; n++) expect(cache.best(key(n), 0, 0)).toBe(1);
  });

  it('needs as few steps for ids that differ in few bits as for random ones', () => {
    // Ids chosen to collide under one seed do not collide under another: a table that degraded would not finish.
    const cache = new SeenCache({ maxEntries: 100_000, maxAgeMs: 1e9, hashSeed: 0x5eed });
    for (let n = 0; n < 100_000; n++) cache.remember(key(n * 4), 0, 1, 0);
    expect(cache.size).toBe(100_000);
  });
});

describe('a peer that has forgotten a message', () => {
  it('delivers and relays a late copy once more', () => {
    const world = new TestWorld({ options: { seenMaxEntries: 2 } });
    const [a, b] = world.wire(2, [[0, 1]]);
    if (a === undefined || b === undefined) throw new Error('two peers');
    const stranger = world.stranger(a);
    stranger.send(helloFrame());
    for (const id of [1, 1, 2, 3, 4, 5, 1]) stranger.send(dataFrame(id, 9));
    world.clock.run(100);
    expect(a.delivered.map(({ id }) => id.slice(0, 2))).toEqual(['01', '02', '03', '04', '05', '01']);
    expect(b.delivered.length).toBe(6);
  });

  it('of its own still does not deliver it to itself', () => {
    const world = new TestWorld({ options: { seenMaxEntries: 1 } });
    const a = world.add();
    const stranger = world.stranger(a);
    stranger.send(helloFrame());
    world.clock.run(10);
    const id = a.broadcast();
    for (const n of [1, 2, 3]) stranger.send(dataFrame(n, 9));
    const mine = stranger.theirs.sent[1]?.slice();
    world.clock.run(10);
    if (mine === undefined) throw new Error('nothing sent');
    stranger.send(mine);
    world.clock.run(10);
    expect(a.count(id)).toBe(0);
    expect(a.delivered.length).toBe(3);
  });

  it('raises a TTL and never lowers it, nor forgets it when it grows', () => {
    const cache = new SeenCache({ maxEntries: 100, maxAgeMs: 1000, hashSeed: 1 });
    for (const ttl of [5, 3, 9, 1]) for (let n = 0; n < 50; n++) cache.raise(key(n), 0, ttl + n, 0);
    expect(Array.from({ length: 50 }, (_, n) => cache.best(key(n), 0, 0) - n)).toEqual(new Array(50).fill(9));
  });

  it('remembers by age as well', () => {
    const world = new TestWorld({ options: { seenMaxAgeMs: 1000, pingIntervalMs: 1e9 } });
    const a = world.add();
    const stranger = world.stranger(a);
    stranger.send(helloFrame({ nodeId: idOf(9) }));
    stranger.send(dataFrame(1, 9));
    world.clock.run(900);
    stranger.send(dataFrame(1, 9));
    world.clock.run(10);
    expect(a.delivered.length).toBe(1);
    world.clock.run(2000);
    stranger.send(dataFrame(1, 9));
    world.clock.run(10);
    expect(a.delivered.length).toBe(2);
  });
});
