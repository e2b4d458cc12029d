/** `up` on a lab that runs already: what is missing is made anew, what runs is left alone. */

import { describe, expect, it } from 'vitest';
import type { PeerFacts } from '../../facts.ts';
import type { RunningLab } from '../../running-lab.ts';
import { within } from '../eventually.ts';
import type { Workbench } from '../workbench.ts';

/** Declares this part of the suite. */
export function describeRepair(bench: Workbench): void {
  const end = async (lab: RunningLab, index: number): Promise<void> => {
    const talk = await bench.talk(lab, index);
    await talk.ask({ command: 'stop' });
    await within('the channel of a stopped peer to close', bench.patienceMs, talk.channel.closed);
  };

  describe('repair', () => {
    it('treats the same name and hash as the same lab, and changes nothing that runs', async () => {
      const plan = bench.plan({ peers: 2 });
      const first = await bench.up(plan);
      const second = await bench.up(plan);
      expect(second.peers.map(identity)).toEqual(first.peers.map(identity));
      expect(second.network).toEqual(first.network);
      await (await bench.talk(second, 0)).ask({ command: 'info' });
    });

    it('restarts an ended peer at its address, and leaves the others alone', async () => {
      const plan = bench.plan({ peers: 3 });
      const lab = await bench.up(plan);
      await end(lab, 1);
      const damaged = await bench.find(plan.name);
      expect(damaged.peers.map(peer => peer.state)).toEqual([
        'running',
        expect.stringMatching(/stopped|missing/),
        'running',
      ]);
      const listed = (await bench.target.createDriver().list()).find(({ name }) => name === plan.name);
      expect(listed).toMatchObject({ peers: 3, running: 2 });
      await expect(damaged.channel(1)).rejects.toMatchObject({ code: 'PEER_FAILED' });

      const repaired = await bench.up(plan);
      expect(repaired.peers.map(peer => peer.state)).toEqual(['running', 'running', 'running']);
      expect(repaired.peers.map(peer => peer.address)).toEqual(lab.peers.map(peer => peer.address));
      for (const index of [0, 2]) expect(identity(repaired.peers[index])).toEqual(identity(lab.peers[index]));
      const talk = await bench.talk(repaired, 1);
      expect(await talk.event('ready')).toMatchObject({ nodeId: plan.peers[1]?.nodeId });
      // The instance that had a channel to the peer's former process gets one to the new process.
      expect(await (await bench.talk(lab, 1)).ask({ command: 'info' })).toMatchObject({
        nodeId: plan.peers[1]?.nodeId,
      });
    });

    it('brings back a lab whose peers have all ended', async () => {
      const plan = bench.plan({ peers: 2, minimal: true });
      const lab = await bench.up(plan);
      await end(lab, 0);
      await end(lab, 1);
      const repaired = await bench.up(plan);
      for (const index of [0, 1]) await (await bench.talk(repaired, index)).event('ready');
    });
  });
}

/** What tells one process or container from another. */
function identity(peer: PeerFacts | undefined): unknown {
  return { id: peer?.containerId ?? peer?.processId, address: peer?.address, nodeId: peer?.nodeId, state: peer?.state };
}
