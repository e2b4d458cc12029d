/** What is done to single peers of a running lab, whatever it can do beyond that: kill, stop, start. */

import { describe, expect, it } from 'vitest';
import { connect, linkedPairs } from '../linked-pair.ts';
import type { Workbench } from '../workbench.ts';

/** Declares this part of the suite. */
export function describeOperations(bench: Workbench): void {
  const { linked, stateOf, isLinked, linkIsBack, ended } = linkedPairs(bench);

  describe.each([
    ['a lasting lab', false],
    ['a throw-away lab', true],
  ])('operations on a peer of %s', (_, ephemeral) => {
    it('kill ends it at once, and start brings it back with its address and node id, and its link', async () => {
      const { lab, talks } = await linked({ ephemeral });
      const before = lab.peers[1];
      await lab.kill(1);
      expect(await ended(talks[1])).toMatchObject({ reason: 'killed by SIGKILL' });
      expect(await stateOf(lab, 1)).toMatch(/stopped|missing/);
      expect(lab.peers[1]).toMatchObject({ address: before?.address, nodeId: before?.nodeId });
      await talks[0].event('link-down');
      await expect(lab.channel(1)).rejects.toMatchObject({ code: 'PEER_FAILED' });

      await lab.start(1);
      expect(await stateOf(lab, 1)).toBe('running');
      const talk = await bench.talk(lab, 1);
      expect(await talk.event('ready')).toMatchObject({
        nodeId: before?.nodeId,
        listen: { host: before?.address, port: before?.port },
      });
      // The peer that dialled dials again by itself.
      await linkIsBack(talk);
      await linkIsBack(talks[0]);
      await lab.down();
      expect(await bench.target.leftovers(lab.name)).toEqual([]);
    });

    it('stop shuts it down gracefully, and start brings it back', async () => {
      const { lab, talks } = await linked({ ephemeral });
      await lab.stop(1);
      expect(await ended(talks[1])).toMatchObject({ reason: 'exited with status 0' });
      expect(await talks[0].event('link-down')).toMatchObject({ reason: expect.stringMatching(/leav|bye/i) });
      await lab.start(1);
      const talk = await bench.talk(lab, 1);
      await talk.event('ready');
      await connect(talk, lab.peers[0]);
    });
  });

  describe('operations on a peer', () => {
    it('kill ends it by any signal that ends a program, and refuses the others', async () => {
      const lab = await bench.up(bench.plan({ peers: 2 }));
      const talks = await Promise.all([0, 1].map(index => bench.talk(lab, index)));
      for (const talk of talks) await talk.event('ready');
      await lab.kill(0, 'SIGTERM');
      await lab.kill(1, 'SIGINT');
      for (const talk of talks) expect((await ended(talk)).exitCode).toBe(0);
      await lab.start(0);
      for (const signal of ['SIGSTOP', 'SIGCONT', 'SIGCHLD', 'SIGWINCH'] as const) {
        await expect(lab.kill(0, signal)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
      }
      expect(await stateOf(lab, 0)).toBe('running');
    });

    it('start leaves a running peer unchanged', async () => {
      const { lab, talks } = await linked();
      const before = await lab.survey();
      await lab.start(1);
      expect(await lab.survey()).toEqual(before);
      expect(await isLinked(talks[1])).toBe(true);
    });

    it('refuse a stopped peer, and a peer outside the topology', async () => {
      const lab = await bench.up(bench.plan({ peers: 1, minimal: true }));
      await lab.kill(0);
      const operations = ['kill', 'stop', 'start'] as const;
      for (const operation of operations) {
        await expect(lab[operation](7), operation).rejects.toMatchObject({ code: 'NO_SUCH_PEER' });
        if (operation === 'start') continue;
        await expect(lab[operation](0), operation).rejects.toMatchObject({ code: 'PEER_FAILED' });
      }
    });

    it('work across instances: one kills a peer, another starts it', async () => {
      const { lab } = await linked();
      const other = await bench.find(lab.name);
      await lab.kill(0);
      await other.start(0);
      await (await bench.talk(other, 0)).event('ready');
      expect(await stateOf(lab, 0)).toBe('running');
      await (await bench.talk(lab, 0)).ask({ command: 'info' });
    });
  });
}
