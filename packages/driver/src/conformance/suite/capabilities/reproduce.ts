/** Labs that announce `reproduce`: what happens follows from the seed. */
import { describe, expect, it } from 'vitest';
import { requireCapability } from '../../../capabilities/capability.ts';
import { linkedPairs } from '../../linked-pair.ts';
import type { Workbench } from '../../workbench.ts';

/** Declares this part of the suite. */
export function describeReproduce(bench: Workbench): void {
  const { linked } = linkedPairs(bench);

  describe('reproduce', () => {
    it('has a hash that changes with what happens', async () => {
      const { lab, talks } = await linked();
      const run = requireCapability(lab, 'reproduce');
      expect(Number.isInteger(run.seed)).toBe(true);
      const before = run.traceHash;
      expect(before).toMatch(/^[0-9a-f]{16}$/);
      const { id } = await talks[0].ask({ command: 'broadcast', payload: 'hello' });
      await talks[1].event('received', event => event.id === id);
      expect(run.traceHash).not.toBe(before);
    });
  });
}
