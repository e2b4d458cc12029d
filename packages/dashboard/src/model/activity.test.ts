/** Counts over time: nothing is lost when spans widen. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ACTIVITY_KINDS, Activity } from './activity.ts';

it('counts in spans of a millisecond, from the first event on', () => {
  const activity = new Activity();
  activity.add('sent', 100.2, 3);
  activity.add('received', 102.9, 1);
  activity.add('sent', 102.1, 1);
  const { atMs, counts } = activity.columns();
  expect(atMs).toEqual([100, 101, 102]);
  expect(counts.sent).toEqual([3, 0, 1]);
  expect(counts.received).toEqual([0, 0, 1]);
});

it('widens its spans as time goes by, and loses nothing', () => {
  const event = fc.record({
    kind: fc.constantFrom(...ACTIVITY_KINDS),
    afterMs: fc.double({ min: 0, max: 5000, noNaN: true }),
    count: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), events => {
      const activity = new Activity();
      const total = { sent: 0, received: 0, duplicate: 0, dropped: 0 };
      let atMs = 0;
      for (const { kind, afterMs, count } of events) {
        atMs += afterMs;
        activity.add(kind, atMs, count);
        total[kind] += count;
      }
      const { atMs: at, counts } = activity.columns();
      expect(at.length).toBeLessThanOrEqual(512);
      for (const kind of ACTIVITY_KINDS) expect(counts[kind].reduce((sum, n) => sum + n, 0)).toBe(total[kind]);
      expect((at.at(-1) ?? 0) + activity.spanMs).toBeGreaterThan(events.length === 0 ? 0 : Math.floor(atMs));
    }),
  );
});
