/** Links between peers, over the network that the driver gives them. */

import { describe, expect, it } from 'vitest';
import type { PeerFacts } from '../../facts.ts';
import type { RunningLab } from '../../running-lab.ts';
import type { Conversation } from '../conversation.ts';
import { eventually } from '../eventually.ts';
import type { Workbench } from '../workbench.ts';

/** Declares this part of the suite. */
export function describeLinks(bench: Workbench): void {
  describe('links', () => {
    it('come up between two peers, with one session at both ends', async () => {
      const lab = await bench.up(bench.plan({ peers: 2 }));
      const talks = await ready(bench, lab);
      const [left, right] = talks as [Conversation, Conversation];
      const link = await connect(left, lab.peers[1]);
      expect(link.peer).toBe(lab.peers[1]?.nodeId);
      const out = await left.event('link-up');
      const into = await right.event('link-up');
      expect(out).toMatchObject({ session: link.session, peer: lab.peers[1]?.nodeId, direction: 'out' });
      expect(into).toMatchObject({ session: link.session, peer: lab.peers[0]?.nodeId, direction: 'in' });
      expect(into.address.split(':')[0]).toBe(lab.peers[0]?.address);
    });

    it('carry a broadcast along a line of three, sealed, hop by hop, and the counters of both ends agree', async () => {
      const plan = bench.plan({ peers: 3, security: 'sealed' });
      const lab = await bench.up(plan);
      const talks = await ready(bench, lab);
      const [first, second, third] = talks as [Conversation, Conversation, Conversation];
      await Promise.all([connect(first, lab.peers[1]), connect(second, lab.peers[2])]);
      const [identities, lists] = await Promise.all([
        Promise.all(talks.map(talk => talk.ask({ command: 'info' }))),
        Promise.all(talks.map(talk => talk.ask({ command: 'neighbours' }))),
      ]);
      // The ids are those of keys that were planned: they were handed over, and the links prove them.
      expect(identities.map(({ nodeId }) => nodeId)).toEqual(plan.peers.map(({ nodeId }) => nodeId));
      expect(lists.flatMap(({ links }) => links.map(({ security }) => security))).toEqual(Array(4).fill('sealed'));
      const { id } = await first.ask({ command: 'broadcast', payload: 'hello' });
      const mine = (event: { readonly id: string }): boolean => event.id === id;
      const [atSecond, atThird] = await Promise.all([second.event('received', mine), third.event('received', mine)]);
      expect(atSecond).toMatchObject({ hops: 1, from: lab.peers[0]?.nodeId, payload: 'hello' });
      expect(atThird).toMatchObject({ hops: 2, from: lab.peers[1]?.nodeId, origin: lab.peers[0]?.nodeId });
      const ends = await eventually('the counters of both ends of both links to agree', bench.patienceMs, async () => {
        const counters = await Promise.all(talks.map(talk => talk.ask({ command: 'counters' })));
        const sessions = counters.flatMap(({ sessions: of }) => of);
        const agree = sessions.every(end =>
          sessions.some(
            other => other.session === end.session && other.peer !== end.peer && other.framesIn === end.framesOut,
          ),
        );
        return agree ? sessions : undefined;
      });
      expect(ends).toHaveLength(4);
      expect(ends.reduce((sum, end) => sum + end.framesOut, 0)).toBe(2);
      expect(first.events.filter(event => event.event === 'received')).toEqual([]);
    });
  });
}

/** A peer takes links from its `ready` on, which need not be told before `up` is done. */
function ready(bench: Workbench, lab: RunningLab): Promise<Conversation[]> {
  return Promise.all(
    lab.peers.map(async ({ index }) => {
      const talk = await bench.talk(lab, index);
      await talk.event('ready');
      return talk;
    }),
  );
}

function connect(from: Conversation, to: PeerFacts | undefined): Promise<{ peer: string; session: string }> {
  if (to === undefined) throw new Error('no such peer to connect to');
  return from.ask({ command: 'connect', host: to.address, port: to.port });
}
