/** The schedule of chaos: the same by the same seed, and never more than the lab can take. */
import { QUANTITIES, targetsOf } from '@peerlab/conditions';
import { parseTopology } from '@peerlab/topology';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHAOS_VERBS, chaosSchedule } from './chaos-schedule.ts';

const ring = (peers: number) => parseTopology(`{ topology: { generator: ring, peers: ${peers} } }`, { file: 'r.yaml' });

describe('chaosSchedule', () => {
  test('is the same by the same seed, and another by another', () => {
    const plan = { durationMs: 60_000, everyMs: 1000 };
    const one = chaosSchedule(ring(20), { ...plan, seed: 1 });
    expect(chaosSchedule(ring(20), { ...plan, seed: 1 })).toEqual(one);
    expect(chaosSchedule(ring(20), { ...plan, seed: 2 })).not.toEqual(one);
    expect(new Set(one.map(({ fault }) => fault.verb))).toEqual(new Set(CHAOS_VERBS));
  });

  test('keeps within its time, half of the peers, and one fault for each peer and link at a time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: QUANTITIES.seed.max }),
        fc.integer({ min: 3, max: 12 }),
        fc.integer({ min: 100, max: 20_000 }),
        fc.integer({ min: 50, max: 3000 }),
        (seed, peers, durationMs, everyMs) => {
          const schedule = chaosSchedule(ring(peers), { seed, durationMs, everyMs });
          expect(schedule.map(({ atMs }) => atMs)).toEqual(schedule.map(({ atMs }) => atMs).sort((a, b) => a - b));
          for (const { atMs, untilMs } of schedule) {
            expect(atMs).toBeLessThan(untilMs);
            expect(untilMs).toBeLessThanOrEqual(durationMs);
            const inForce = schedule
              .filter(other => other.atMs <= atMs && other.untilMs > atMs)
              .map(({ fault }) => fault);
            const away = inForce.flatMap(fault => targetsOf(fault).peers ?? []);
            const links = inForce.flatMap(fault => (targetsOf(fault).links ?? []).map(link => link.join(':')));
            expect(away.length).toBeLessThanOrEqual(peers / 2);
            expect(new Set(away).size).toBe(away.length);
            expect(new Set(links).size).toBe(links.length);
            expect(inForce.filter(({ verb }) => verb === 'partition').length).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });
});
