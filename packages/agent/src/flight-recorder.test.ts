import type { TraceRecordEvent } from '@peerlab/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FlightRecorder } from './flight-recorder.ts';

const record = (id: number): TraceRecordEvent => ({ event: 'expired', id: String(id), from: 'n0' });

test('says how far back it remembers everything, and within that it does', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 100 }), fc.integer({ min: 1, max: 20 }), (ids, most) => {
      const recorder = new FlightRecorder(0, most);
      const since = new Map<number, number>();
      for (const [i, id] of ids.entries()) {
        since.set(id, since.get(id) ?? i + 1);
        recorder.keep(record(id), i + 1);
      }
      const nowMs = ids.length + 1;
      for (const [id, sinceMs] of since) {
        const { records, recordedMs = 0 } = recorder.recall(String(id), nowMs);
        const isWithin = nowMs - sinceMs < recordedMs;
        if (isWithin) expect(records).toHaveLength(ids.filter(other => other === id).length);
      }
      // Where nothing had to go, it reaches back to its start.
      if (ids.length <= most) expect(recorder.recall('none', nowMs)).toEqual({ records: [], recordedMs: nowMs });
    }),
  );
});

test('forgets the oldest message, whole, and reaches back no further', () => {
  const recorder = new FlightRecorder(10, 3);
  for (const [id, atMs] of [
    [1, 20],
    [1, 30],
    [2, 40],
    [3, 50],
  ] as const) {
    recorder.keep(record(id), atMs);
  }
  expect(recorder.recall('1', 100)).toEqual({ records: [], recordedMs: 80 });
  expect(recorder.recall('2', 100)).toEqual({ records: [record(2)], recordedMs: 80 });
});
