/** Redialling: the bounds of the delays, their jitter, their reset; which addresses are wanted, and when no more. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Chance } from '../test/chance.ts';
import { TestWorld } from '../test/test-peer.ts';
import { Alarm } from './alarm.ts';
import type { Id } from './id.ts';
import type { Link, LinkEnd } from './link.ts';
import { DEFAULT_REDIAL_OPTIONS, Redial } from './redial.ts';
import { Wanted } from './wanted.ts';

// Properties take seconds on a busy machine; nothing here waits for real time.
vi.setConfig({ testTimeout: 60_000 });

const { baseMs, capMs, stableMs } = DEFAULT_REDIAL_OPTIONS;
const almostOne = 1 - Number.EPSILON;

describe('Redial', () => {
  it('doubles the bound of the delay with each failure, up to the cap', () => {
    const redial = new Redial(() => almostOne);
    const bounds = Array.from({ length: 12 }, () => Math.round(redial.failed(0)));
    expect(bounds.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 32].map(factor => factor * baseMs));
    expect(bounds.slice(6)).toEqual(new Array(6).fill(capMs));
  });

  it('stays at the cap after a thousand failures and more', () => {
    const redial = new Redial(() => almostOne);
    for (let i = 0; i < 2000; i++) redial.failed(i);
    expect(redial.failed(0)).toBeCloseTo(capMs);
  });

  it('draws the delay from all of zero to the bound: full jitter', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(20), (fraction, failures) => {
        const redial = new Redial(() => fraction);
        for (let i = 0; i < failures; i++) redial.failed(0);
        expect(redial.failed(0)).toBeCloseTo(fraction * Math.min(capMs, baseMs * 2 ** failures));
      }),
    );
  });

  it('starts anew after a link that was up for the stable period, not after a shorter one', () => {
    for (const [upMs, bound] of [
      [stableMs - 1, 16 * baseMs],
      [stableMs, baseMs],
    ] as const) {
      const redial = new Redial(() => almostOne);
      for (let i = 0; i < 4; i++) redial.failed(0);
      redial.succeeded(1000);
      expect(redial.failed(1000 + upMs)).toBeCloseTo(bound);
    }
  });
});

describe('Wanted', () => {
  function linkTo(): { link: Link; peer: Id } {
    const world = new TestWorld();
    const [a] = world.wire(2, [[0, 1]]);
    const link = a?.peer.neighbours[0];
    if (link?.peer === undefined) throw new Error('no link');
    return { link, peer: link.peer };
  }

  function reached(): { wanted: Wanted; peer: Id } {
    const { link, peer } = linkTo();
    const wanted = new Wanted(() => 0.5, DEFAULT_REDIAL_OPTIONS);
    wanted.add('h', 1);
    wanted.reached('h', 1, link, 0);
    return { wanted, peer };
  }

  it.each<[LinkEnd, boolean]>([
    ['connection-lost', true],
    ['leaving', true],
    ['not-alive', true],
    ['slow-reader', true],
    ['hangup', false],
    ['wrong-network', false],
  ])('after a link that ended with %s dials again: %s', (end, isDialled) => {
    const { wanted, peer } = reached();
    wanted.lost(peer, end, 0);
    expect(wanted.nextAtMs()).toBe(isDialled ? baseMs / 2 : Number.POSITIVE_INFINITY);
    expect(wanted.due(baseMs)).toEqual(isDialled ? [{ host: 'h', port: 1, ...anything() }] : []);
    expect(wanted.due(baseMs)).toEqual([]);
  });

  it('dials again after a failure that time may mend, and no more after one that it cannot', () => {
    const wanted = new Wanted(() => 0.5, DEFAULT_REDIAL_OPTIONS);
    wanted.add('h', 1);
    wanted.failed('h', 1, undefined, 0);
    expect(wanted.due(baseMs).length).toBe(1);
    wanted.failed('h', 1, 'wrong-version', 0);
    expect(wanted.nextAtMs()).toBe(Number.POSITIVE_INFINITY);
    expect(wanted.add('h', 1)).toBe(true);
  });

  it('dials an address once at a time, and forgets those of a peer', () => {
    const { wanted, peer } = reached();
    expect(wanted.add('h', 1)).toBe(false);
    wanted.forget(peer);
    wanted.lost(peer, 'connection-lost', 0);
    expect(wanted.nextAtMs()).toBe(Number.POSITIVE_INFINITY);
  });

  function anything(): object {
    return { redial: expect.anything(), peer: expect.anything(), state: 'dialling', dialAtMs: expect.any(Number) };
  }
});

describe('Alarm', () => {
  it('rings each purpose once, at or after its time, and at the one asked for last', () => {
    fc.assert(
      fc.property(fc.nat(), seed => {
        const chance = new Chance(seed);
        let now = 0;
        let timer: { atMs: number; ring: () => void } | undefined;
        const alarm = new Alarm(
          (atMs, ring) => {
            timer = { atMs, ring };
          },
          () => now,
        );
        const wanted = new Map<string, number>();
        const ask = (): void => {
          const purpose = 'abc'.charAt(chance.below(3));
          const atMs = now + chance.below(50);
          wanted.set(purpose, atMs);
          alarm.set(purpose, atMs, () => {
            expect(wanted.get(purpose)).toBe(atMs);
            expect(now).toBeGreaterThanOrEqual(atMs);
            wanted.delete(purpose);
            if (chance.below(4) === 0) ask();
          });
        };
        for (let i = 0; i < 10; i++) ask();
        for (let i = 0; i < 500 && timer !== undefined; i++) {
          const { atMs, ring } = timer;
          timer = undefined;
          now = Math.max(now, atMs);
          ring();
        }
        expect(wanted.size).toBe(0);
      }),
    );
  });
});
