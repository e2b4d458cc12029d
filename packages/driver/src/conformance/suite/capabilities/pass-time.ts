/** Labs that announce `passTime`: their own clock, which advances on request. */
import { describe, expect, it } from 'vitest';
import { requireCapability } from '../../../capabilities/capability.ts';
import { clockOf } from '../../../lab-clock.ts';
import type { Workbench } from '../../workbench.ts';

/** An hour: more than any test may take. */
const HOUR_MS = 3_600_000;

/** Declares this part of the suite. */
export function describePassTime(bench: Workbench): void {
  describe('passTime', () => {
    it('advances exactly as far as requested, and not by itself', async () => {
      const lab = await bench.up(bench.plan({ peers: 2 }));
      const time = requireCapability(lab, 'passTime');
      const beforeMs = time.nowMs;
      await time.passTime(HOUR_MS);
      expect(time.nowMs).toBe(beforeMs + HOUR_MS);
      expect(clockOf(lab)).toMatchObject({ isVirtual: true });
      expect(clockOf(lab).nowMs()).toBe(time.nowMs);
    });
  });
}
