/** Chaos among peers that cannot play every fault. */

import { MemoryDriver, ring } from '@peerlab/driver-memory';
import { expect, test } from 'vitest';
import { bringUp } from '../life/bring-up.ts';
import { type ChaosEvent, runChaos } from './chaos.ts';

test('leaves out a fault that these peers cannot play, says why, and goes on to the proof', async () => {
  const { lab } = await bringUp(ring(5), new MemoryDriver(1, { cuts: false }), { checks: [] });
  const events: ChaosEvent[] = [];
  const plan = { seed: 1, durationMs: 300, everyMs: 50, verbs: ['link-down', 'slow'] as const };
  const { passed, schedule } = await runChaos(lab, { ...plan, onEvent: event => events.push(event) });
  expect(passed).toBe(true);
  expect(schedule.length).toBeGreaterThan(0);
  expect(events.map(({ event, applied }) => [event, applied])).toEqual(schedule.map(() => ['left-out', undefined]));
  expect(events[0]?.text).toMatch(
    /^(link-down: .* cannot cut a link, and the kernel cannot do it for them: there is no kernel|slow: .* cannot shape their own traffic, and the kernel cannot do it for them: .*)$/,
  );
  await lab.down();
});
