/** A name belongs to one lab at a time. */
import { describe, expect, it } from 'vitest';
import type { Workbench } from '../workbench.ts';

/** Declares this part of the suite. */
export function describeNames(bench: Workbench): void {
  describe('names', () => {
    it('refuses a lab of another topology under a name that is in use, and leaves that lab alone', async () => {
      const plan = bench.plan({ peers: 2 });
      const lab = await bench.up(plan);
      await expect(bench.up({ ...plan, hash: 'hash-2' })).rejects.toMatchObject({
        name: 'LabError',
        code: 'NAME_TAKEN',
        message: expect.stringContaining(plan.name),
      });
      expect((await bench.find(plan.name)).peers).toEqual(lab.peers);
    });

    it('lets exactly one of two different labs take the same name at the same moment', async () => {
      const plan = bench.plan({ peers: 2 });
      const outcomes = await Promise.allSettled([bench.up(plan), bench.up({ ...plan, hash: 'hash-2' })]);
      const losers = outcomes.filter(outcome => outcome.status === 'rejected');
      expect(losers.map(loser => loser.reason)).toEqual([expect.objectContaining({ code: 'NAME_TAKEN' })]);
      const lab = await bench.find(plan.name);
      expect(lab.peers.map(peer => peer.state)).toEqual(['running', 'running']);
      await (await bench.talk(lab, 0)).ask({ command: 'info' });
      await lab.down();
      expect(await bench.target.leftovers(plan.name)).toEqual([]);
    });

    it('gives all callers the same lab when they start it at the same moment', async () => {
      const plan = bench.plan({ peers: 2 });
      const outcomes = await Promise.allSettled([bench.up(plan), bench.up(plan)]);
      const labs = outcomes.filter(outcome => outcome.status === 'fulfilled').map(({ value }) => value);
      const refusals = outcomes.filter(outcome => outcome.status === 'rejected').map(({ reason }) => reason);
      expect(labs).not.toEqual([]);
      for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'NAME_TAKEN' });
      const found = await bench.find(plan.name);
      expect(found.peers.map(peer => peer.state)).toEqual(['running', 'running']);
      for (const lab of labs) {
        expect(lab.peers.map(peer => peer.address)).toEqual(found.peers.map(peer => peer.address));
        await (await bench.talk(lab, 1)).ask({ command: 'info' });
      }
    });

    it('takes a long name', async () => {
      const plan = bench.plan({ peers: 1, minimal: true });
      const name = `${plan.name}-${'x'.repeat(80 - plan.name.length)}`;
      const long = bench.plan({ name, peers: 1, minimal: true });
      await bench.up(long);
      expect((await bench.find(name)).name).toBe(name);
      expect((await bench.target.createDriver().list()).map(lab => lab.name)).toContain(name);
    });
  });
}
