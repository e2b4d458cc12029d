/** Labs that announce `usage`: the memory and processor time of each peer are measured. */
import { describe, expect, it } from 'vitest';
import { requireCapability } from '../../../capabilities/capability.ts';
import type { Workbench } from '../../workbench.ts';

/** Declares this part of the suite. */
export function describeUsage(bench: Workbench): void {
  describe('usage', () => {
    it('covers each peer in topology order, except those that do not run', async () => {
      const lab = await bench.up(bench.plan({ peers: 3, minimal: true }));
      await lab.kill(1);
      await lab.survey();
      const usage = await requireCapability(lab, 'usage').usage();
      expect(usage).toHaveLength(3);
      expect(usage[1]).toBeUndefined();
      for (const index of [0, 2]) {
        // A Node process: some MiB, less than one GiB.
        expect(usage[index]?.memoryBytes).toBeGreaterThan(2 ** 22);
        expect(usage[index]?.memoryBytes).toBeLessThan(2 ** 30);
        expect(usage[index]?.cpuMs).toBeGreaterThan(0);
      }
    });
  });
}
