/** Labs that announce `together`: their peers dial by one request, and what they say is added up. */
import { isSameSum, NO_SUM } from '@peerlab/contract';
import { describe, expect, it } from 'vitest';
import { requireCapability } from '../../../capabilities/capability.ts';
import { eventually } from '../../eventually.ts';
import type { Workbench } from '../../workbench.ts';

/** Declares this part of the suite. */
export function describeTogether(bench: Workbench): void {
  describe('asking many peers at once', () => {
    it('dials links, adds up what their ends say, and says which dials came to nothing', async () => {
      const lab = await bench.up(bench.plan({ peers: 3 }));
      for (const { index } of lab.peers) await (await bench.talk(lab, index)).event('ready');
      const together = requireCapability(lab, 'together');
      expect(await together.tallyLinks()).toMatchObject({ peers: 3, ends: 0 });
      const to = (from: number, peer: number, port = lab.peers[peer]?.port ?? 0) => {
        return { from, host: lab.peers[peer]?.address ?? '', port };
      };
      expect(await together.dialTogether([to(0, 1), to(2, 0, 1), to(1, 2)])).toEqual([1]);
      const links = await eventually('both ends of both links', bench.patienceMs, async () => {
        const tally = await together.tallyLinks();
        return tally.ends === 4 ? tally : undefined;
      });
      expect(isSameSum(links.balance, NO_SUM)).toBe(true);
      const counters = await together.tallyCounters();
      expect(counters).toMatchObject({ peers: 3, ends: 4, closed: 0 });
      expect(isSameSum(counters.balance, NO_SUM)).toBe(true);

      await lab.kill(2);
      await eventually('the peer that ended to be left out', bench.patienceMs, async () => {
        const { peers, closed } = await together.tallyCounters();
        return (peers === 2 && closed > 0) || undefined;
      });
    });
  });
}
