/** Watching: every event, and for who watches too slowly a bound that says what was missed. */

import { MemoryDriver, ring } from '@peerlab/driver-memory';
import { describe, expect, test } from 'vitest';
import { bringUp } from '../life/bring-up.ts';
import type { LabEvent, WatchOptions } from './watch.ts';

const PEERS = 4;
const BROADCASTS = 10;

/** What somebody sees who takes one event, then lets a number of broadcasts go by, then takes the rest. */
async function watchLate(bounds: Pick<WatchOptions, 'maxWaiting' | 'maxWaitingCharacters'>): Promise<LabEvent[]> {
  await using lab = (await bringUp(ring(PEERS), new MemoryDriver(), { checks: ['links'] })).lab;
  const controller = new AbortController();
  const events = lab.watch({ signal: controller.signal, ...bounds })[Symbol.asyncIterator]();
  const first = events.next();
  for (let i = 0; i < BROADCASTS; i++) await lab.broadcast('n0', `message ${i}`);
  const seen: LabEvent[] = [];
  for (let event = await first; event.done !== true; event = await events.next()) {
    seen.push(event.value);
    if (told(seen) >= BROADCASTS * (PEERS - 1)) controller.abort();
  }
  return seen;
}

/** Deliveries that are in these events, and those of which they say that they were missed. */
function told(events: readonly LabEvent[]): number {
  const counts = events.map(({ event }) => {
    if (event.event === 'overflow') return event.lost;
    return event.event === 'received' ? 1 : 0;
  });
  return counts.reduce<number>((a, b) => a + b, 0);
}

describe('watching a lab', () => {
  test('shows every event, however late it is taken', async () => {
    const seen = await watchLate({});
    expect(seen.filter(({ event }) => event.event === 'received').length).toBe(BROADCASTS * (PEERS - 1));
  });

  test('follows a peer that is started again', async () => {
    await using lab = (await bringUp(ring(PEERS), new MemoryDriver(), { checks: ['links'] })).lab;
    const controller = new AbortController();
    const events = lab.watch({ signal: controller.signal, trace: true })[Symbol.asyncIterator]();
    const first = events.next();
    await lab.restart('n2');
    await lab.broadcast('n2', 'again');
    const seen: LabEvent[] = [];
    for (let event = await first; event.done !== true; event = await events.next()) {
      seen.push(event.value);
      const isOver = seen.filter(({ event: { event: kind } }) => kind === 'received').length === PEERS - 1;
      if (isOver) controller.abort();
    }
    expect(seen.filter(({ peer, event }) => peer === 'n2' && event.event === 'sent').length).toBe(1);
  });

  test.each([{ maxWaiting: 5 }, { maxWaitingCharacters: 5 * 'message 0'.length }])(
    'is bounded, and says how many events of which peer were missed: %j',
    async bounds => {
      const seen = await watchLate(bounds);
      const received = seen.filter(({ event }) => event.event === 'received').length;
      expect(received).toBeLessThan(BROADCASTS * (PEERS - 1));
      expect(told(seen)).toBe(BROADCASTS * (PEERS - 1));
    },
  );
});
