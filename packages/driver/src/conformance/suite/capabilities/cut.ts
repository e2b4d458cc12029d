/** Labs that announce `cut`: the network between two peers falls silent, one way or both, and works again. */
import { describe, expect, it } from 'vitest';
import { requireCapability } from '../../../capabilities/capability.ts';
import type { CutsNetwork } from '../../../capabilities/cuts-network.ts';
import type { RunningLab } from '../../../running-lab.ts';
import { connect, linkedPairs } from '../../linked-pair.ts';
import type { Workbench } from '../../workbench.ts';

/** Declares this part of the suite. */
export function describeCut(bench: Workbench): void {
  const { linked, linkIsBack, found } = linkedPairs(bench);
  const cutting = (lab: RunningLab): CutsNetwork => requireCapability(lab, 'cut');

  describe('cut', () => {
    it('silences both ways, also of a peer that is started again, or one; restore ends it, and nothing is left of it', async () => {
      const { lab, talks } = await linked({ isAlert: true });
      const both = [
        [0, 1],
        [1, 0],
      ] as const;
      await cutting(lab).cut(both);
      const other = await bench.find(lab.name);
      expect(new Set(await cutting(other).cuts())).toEqual(new Set(both));
      await found(lab, talks[0], 'link-down');
      await expect(connect(talks[0], lab.peers[1])).rejects.toThrow(/connect-failed/);
      await lab.kill(1);
      await lab.start(1);
      const again = await bench.talk(lab, 1);
      await again.event('ready');
      await expect(connect(again, lab.peers[0])).rejects.toThrow(/connect-failed/);
      await cutting(other).restore(both);
      await cutting(other).restore(both);
      expect(await cutting(lab).cuts()).toEqual([]);
      await connect(again, lab.peers[0]);
      await linkIsBack(talks[0]);
      // One way alone, and nothing that is left behind with the lab.
      await cutting(lab).cut([[0, 1]]);
      await cutting(lab).cut(both);
      await cutting(lab).restore([[1, 0]]);
      expect(await cutting(lab).cuts()).toEqual([[0, 1]]);
      await expect(cutting(lab).cut([[0, 7]])).rejects.toMatchObject({ code: 'NO_SUCH_PEER' });
      await expect(cutting(lab).restore([[7, 0]])).rejects.toMatchObject({ code: 'NO_SUCH_PEER' });
      await lab.down();
      expect(await bench.target.leftovers(lab.name)).toEqual([]);
    });
  });
}
