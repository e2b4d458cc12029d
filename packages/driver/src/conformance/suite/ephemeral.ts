/** A throw-away lab goes with its owner, however that ends. */
import { describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { startOwner } from '../owner.ts';
import type { Workbench } from '../workbench.ts';

/** Declares this part of the suite. */
export function describeEphemeral(bench: Workbench): void {
  describe('throw-away labs', () => {
    it('end when their owner closes them', async () => {
      const plan = bench.plan({ peers: 2, ephemeral: true });
      const lab = await bench.up(plan);
      expect(lab.ephemeral).toBe(true);
      await (await bench.talk(lab, 0)).ask({ command: 'info' });
      expect((await bench.find(plan.name)).ephemeral).toBe(true);
      await lab.close();
      await bench.vanished(plan.name);
    });

    it('stay when another listener disconnects', async () => {
      const plan = bench.plan({ peers: 1, ephemeral: true });
      const lab = await bench.up(plan);
      const guest = await bench.find(plan.name);
      const listening = await bench.talk(guest, 0);
      await (await bench.talk(lab, 0)).ask({ command: 'info' });
      await listening.line('the reply to another controller', line => line.includes('"reply"'));
      await guest.close();
      await (await bench.talk(lab, 0)).ask({ command: 'info' });
      await lab.down();
      expect(await bench.target.leftovers(plan.name)).toEqual([]);
    });

    it('end when their owner is killed', async () => {
      const plan = bench.plan({ peers: 2, ephemeral: true });
      const owner = startOwner(bench.target.driverModule, plan);
      try {
        await owner.says('up', bench.patienceMs);
        expect(await bench.target.leftovers(plan.name)).not.toEqual([]);
      } finally {
        await owner.kill(bench.patienceMs);
      }
      await sweptByOthers(bench, plan.name);
    });

    it('do not appear when their owner is killed during the start', async () => {
      for (const moment of ['network done', 'peers started', 'peers running']) {
        const plan = bench.plan({ peers: 3, ephemeral: true });
        const owner = startOwner(bench.target.driverModule, plan);
        try {
          await owner.says(moment, bench.patienceMs);
        } finally {
          await owner.kill(bench.patienceMs);
        }
        await sweptByOthers(bench, plan.name);
      }
    });

    if (bench.target.outlivesOwner === false) return;

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

/** No peer is left running by itself; what cannot go by itself, the next lab's `up` sweeps. */
async function sweptByOthers(bench: Workbench, name: string): Promise<void> {
  const runs = async (): Promise<number> =>
    (await bench.target.createDriver().list()).find(lab => lab.name === name)?.running ?? 0;
  await eventually(`the peers of ${name} to end`, bench.patienceMs, async () => (await runs()) === 0 || undefined);
  await eventually(`what is left of ${name} to be swept`, bench.patienceMs, async () => {
    if ((await bench.target.leftovers(name)).length === 0) return true;
    await (await bench.up(bench.plan({ peers: 1, minimal: true }))).down();
    return undefined;
  });
}
