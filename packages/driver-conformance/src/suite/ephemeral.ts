/** A throw-away lab goes with its owner, however that ends. */
import { describe, expect, it } from 'vitest';
import { startOwner } from '../owner.ts';
import type { Workbench } from '../workbench.ts';

/** Declares this part of the suite. */
export function describeEphemeral(bench: Workbench): void {
  describe('throw-away labs', () => {
    it('go when their owner closes them', async () => {
      const plan = bench.plan({ peers: 2, ephemeral: true });
      const lab = await bench.up(plan);
      expect(lab.ephemeral).toBe(true);
      await (await bench.talk(lab, 0)).ask({ command: 'info' });
      expect((await bench.find(plan.name)).ephemeral).toBe(true);
      await lab.close();
      await bench.vanished(plan.name);
    });

    it('stay when somebody else who looked at them lets go', async () => {
      const plan = bench.plan({ peers: 1, ephemeral: true });
      const lab = await bench.up(plan);
      const guest = await bench.find(plan.name);
      await (await bench.talk(guest, 0)).ask({ command: 'info' });
      await guest.close();
      await (await bench.talk(lab, 0)).ask({ command: 'info' });
      await lab.down();
      expect(await bench.target.leftovers(plan.name)).toEqual([]);
    });

    it('go when their owner is killed', async () => {
      const plan = bench.plan({ peers: 2, ephemeral: true });
      const owner = startOwner(bench.target.driverModule, plan);
      try {
        await owner.says('up', bench.patienceMs);
        expect(await bench.target.leftovers(plan.name)).not.toEqual([]);
      } finally {
        await owner.kill(bench.patienceMs);
      }
      await bench.vanished(plan.name);
    });

    it('do not come when their owner is killed while they are made', async () => {
      for (const moment of ['network done', 'peers started', 'peers running']) {
        const plan = bench.plan({ peers: 3, ephemeral: true });
        const owner = startOwner(bench.target.driverModule, plan);
        try {
          await owner.says(moment, bench.patienceMs);
        } finally {
          await owner.kill(bench.patienceMs);
        }
        // What an owner who is killed between two requests cannot remove, the next `up` does.
        await bench.up(bench.plan({ peers: 1, minimal: true }));
        await bench.vanished(plan.name);
      }
    });

    it('stay when their owner is killed if they are not throw-away', async () => {
      const plan = bench.plan({ peers: 2 });
      const owner = startOwner(bench.target.driverModule, plan);
      try {
        await owner.says('up', bench.patienceMs);
      } finally {
        await owner.kill(bench.patienceMs);
      }
      const lab = await bench.find(plan.name);
      await (await bench.talk(lab, 0)).ask({ command: 'info' });
      expect(lab.peers.map(peer => peer.state)).toEqual(['running', 'running']);
    });
  });
}
