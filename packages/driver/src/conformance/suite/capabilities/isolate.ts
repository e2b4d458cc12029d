/** Labs that announce `isolate`: a whole peer goes off the network, and back. */
import { describe, expect, it } from 'vitest';
import type { CanIsolate } from '../../../capabilities/can-isolate.ts';
import { requireCapability } from '../../../capabilities/capability.ts';
import type { PeerFacts } from '../../../facts.ts';
import type { RunningLab } from '../../../running-lab.ts';
import { connect, linkedPairs } from '../../linked-pair.ts';
import type { Workbench } from '../../workbench.ts';
import { expectPeerErrors } from './expect-peer-errors.ts';

/** Declares this part of the suite. */
export function describeIsolate(bench: Workbench): void {
  const { linked, linkIsBack, found } = linkedPairs(bench);
  const isolating = (lab: RunningLab): CanIsolate => requireCapability(lab, 'isolate');

  describe('isolation', () => {
    it('disconnects a peer from the network: its link ends, its channel stays; then reconnects it at its address', async () => {
      const { lab, talks } = await linked({ isAlert: true });
      await isolating(lab).isolate(1);
      await isolating(lab).isolate(1);
      const facts = (await lab.survey())[1];
      expect(facts).toMatchObject({ state: 'running', isolated: true, address: lab.peers[1]?.address });
      await expect(connect(talks[1], { ...lab.peers[0], port: 9 } as PeerFacts)).rejects.toThrow(/connect-failed/);
      await found(lab, talks[0], 'link-down');
      await talks[1].ask({ command: 'info' });
      await isolating(lab).rejoin(1);
      await isolating(lab).rejoin(1);
      expect((await lab.survey())[1]).not.toHaveProperty('isolated');
      await linkIsBack(talks[0]);
      await linkIsBack(talks[1]);
      const [link] = (await talks[0].ask({ command: 'neighbours' })).links;
      expect(link?.address).toContain(lab.peers[1]?.address);
    });

    it('ends when the peer is started again', async () => {
      const { lab } = await linked();
      await isolating(lab).isolate(1);
      await lab.kill(1);
      await lab.start(1);
      expect((await lab.survey())[1]).toMatchObject({ state: 'running', address: lab.peers[1]?.address });
      expect((await lab.survey())[1]).not.toHaveProperty('isolated');
      const talk = await bench.talk(lab, 1);
      await talk.event('ready');
      await connect(talk, lab.peers[0]);
    });

    it('refuses a stopped peer, and a peer outside the topology', async () => {
      await expectPeerErrors(bench, lab => [
        async index => await isolating(lab).isolate(index),
        async index => await isolating(lab).rejoin(index),
      ]);
    });
  });
}
