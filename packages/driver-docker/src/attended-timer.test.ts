import { pause } from '@peerlab/timers';
import { expect, test } from 'vitest';
import { AttendedTimer } from './attended-timer.ts';

/** Keeps this process from everything else. */
function holdUp(forMs: number): void {
  for (const end = performance.now() + forMs; performance.now() < end; );
}

test('time in which this process is held up hardly counts', async () => {
  const order: string[] = [];
  const fired = new Promise<void>(resolve => new AttendedTimer(() => resolve(void order.push('bound')), 600));
  const answered = pause(500).then(() => order.push('answer'));
  holdUp(700);
  await Promise.all([fired, answered]);
  expect(order).toEqual(['answer', 'bound']);
});

test('a timer that was stopped does not fire', async () => {
  let count = 0;
  const timer = new AttendedTimer(() => count++, 0);
  await new Promise<void>(resolve => {
    new AttendedTimer(() => timer.stop(), 0);
    timer.stop();
    new AttendedTimer(resolve, 1);
  });
  expect(count).toBe(0);
});
