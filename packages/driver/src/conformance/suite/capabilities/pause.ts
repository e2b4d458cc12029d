/** Labs that announce `pause`: peers freeze and go on. */
import { describe, expect, it } from 'vitest';
import type { CanPause } from '../../../capabilities/can-pause.ts';
import { requireCapability } from '../../../capabilities/capability.ts';
import { PeerClient } from '../../../peer-client.ts';
import type { RunningLab } from '../../../running-lab.ts';
import { linkedPairs } from '../../linked-pair.ts';
import type { Workbench } from '../../workbench.ts';
import { expectPeerErrors } from './expect-peer-errors.ts';

/** Declares this part of the suite. */
export function describePause(bench: Workbench): void {
  const { linked, stateOf, isLinked, linkIsBack, ended, found } = linkedPairs(bench);
  const pausing = (lab: RunningLab): CanPause => requireCapability(lab, 'pause');

  describe('pause', () => {
    it('pause freezes it and unpause resumes it, any number of times', async () => {
      const { lab, talks } = await linked();
      const other = await bench.find(lab.name);
      await pausing(lab).pause(1);
      await pausing(other).pause(1);
      expect(await stateOf(other, 1)).toBe('paused');
      let isAnswered = false;
      const answer = talks[1].ask({ command: 'info' }).then(() => (isAnswered = true));
      await talks[0].ask({ command: 'info' });
      expect(isAnswered).toBe(false);
      await pausing(lab).unpause(1);
      await pausing(other).unpause(1);
      await answer;
      expect(await stateOf(lab, 1)).toBe('running');
      expect(await isLinked(talks[1])).toBe(true);
    });

    it('pause for longer than the link timeout drops the link, and unpause brings it back', async () => {
      const { lab, talks } = await linked({ isAlert: true });
      await pausing(lab).pause(1);
      await found(lab, talks[0], 'link-down');
      await pausing(lab).unpause(1);
      await talks[1].event('link-down');
      await linkIsBack(talks[0]);
      await linkIsBack(talks[1]);
    });

    it('stop ends a paused peer, and down a lab of paused peers', async () => {
      const { lab, talks } = await linked();
      await pausing(lab).pause(0);
      await pausing(lab).pause(1);
      await lab.stop(1);
      await ended(talks[1]);
      await lab.down();
      expect(await bench.target.leftovers(lab.name)).toEqual([]);
    });

    it.each([
      ['a lasting lab', false],
      ['a throw-away lab', true],
    ])('kill of a paused peer of %s fails the open requests to it', async (_, ephemeral) => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true, ephemeral }));
      const client = new PeerClient(await lab.channel(0), 'n0', 0);
      await client.ready({ isNew: false, timeoutMs: bench.patienceMs });
      await pausing(lab).pause(0);
      const answer = client.request({ command: 'neighbours' }, { timeoutMs: bench.patienceMs });
      const refusal = expect(answer).rejects.toMatchObject({
        code: 'PEER_FAILED',
        message: expect.stringContaining('killed by SIGKILL'),
      });
      await lab.kill(0);
      await refusal;
    });

    it('refuses a stopped peer, and a peer outside the topology', async () => {
      await expectPeerErrors(bench, lab => [
        async index => await pausing(lab).pause(index),
        async index => await pausing(lab).unpause(index),
      ]);
    });
  });
}
