/** What the lab can have a peer do to a link: play a network, measure it, cut it, mute one direction. */

import { describe, expect, it } from 'vitest';
import type { RunningLab } from '../../running-lab.ts';
import type { Conversation } from '../conversation.ts';
import { eventually } from '../eventually.ts';
import { connect, passIfVirtual } from '../linked-pair.ts';
import type { Workbench } from '../workbench.ts';

/** Declares this part of the suite. */
export function describeShapes(bench: Workbench): void {
  describe('shapes of links', () => {
    it('a latency in both directions counts twice in a round trip, and ends when it is lifted', async () => {
      const { lab, left, right, ids } = await linked(bench);
      await left.ask({ command: 'shape', links: [{ peer: ids[1], settings: { latencyMs: 60 } }] });
      await right.ask({ command: 'shape', links: [{ peer: ids[0], settings: { latencyMs: 40 } }] });
      const slow = await left.ask({ command: 'ping', peer: ids[1] });
      expect(slow.rttMs).toBeGreaterThanOrEqual(99);
      const told = await left.ask({ command: 'shape', links: [{ peer: ids[1], settings: null }] });
      expect(told).toEqual({ links: [] });
      const half = await left.ask({ command: 'ping', peer: ids[1] });
      expect(half.rttMs).toBeGreaterThanOrEqual(39);
      expect(half.rttMs).toBeLessThan(slow.rttMs);
      await lab.down();
    });

    it('a broadcast over a slow link arrives complete, once, in order', async () => {
      const { left, right, ids } = await linked(bench);
      const settings = { latencyMs: { uniform: { min: 1, max: 30 } }, lossRatio: 0.2 };
      await left.ask({ command: 'shape', links: [{ peer: ids[1], settings }] });
      const sent: string[] = [];
      for (let i = 0; i < 20; i++) sent.push((await left.ask({ command: 'broadcast', payload: String(i) })).id);
      await right.event('received', ({ id }) => id === sent.at(-1));
      const came = right.events.flatMap(event => (event.event === 'received' ? [event.id] : []));
      expect(came).toEqual(sent);
    });

    it('a cut link goes down silently at both ends, stays down, and returns when the cut is lifted', async () => {
      const { lab, left, right, ids } = await linked(bench);
      await left.ask({ command: 'shape', links: [{ peer: ids[1], settings: { down: true } }] });
      expect(await left.event('link-down')).toMatchObject({ peer: ids[1], reason: 'blocked' });
      await right.event('link-down');
      // Neither end can restore it by dialling.
      await expect(connect(right, lab.peers[0])).rejects.toThrow(/connect-failed/);
      expect((await right.ask({ command: 'neighbours' })).links).toEqual([]);
      await left.ask({ command: 'shape', links: [{ peer: ids[1], settings: null }] });
      await eventually('the link to be there again', bench.patienceMs, async () => {
        await passIfVirtual(lab, 1000);
        const ends = await Promise.all([left, right].map(talk => talk.ask({ command: 'neighbours' })));
        return ends.every(({ links }) => links.length === 1) || undefined;
      });
    });

    it('a muted direction carries nothing and reports it; the other direction still works', async () => {
      const { left, right, ids } = await linked(bench);
      await left.ask({ command: 'shape', links: [{ peer: ids[1], settings: { mute: true } }] });
      const lost = await left.ask({ command: 'broadcast', payload: 'unheard' });
      const heard = await right.ask({ command: 'broadcast', payload: 'heard' });
      await left.event('received', ({ id }) => id === heard.id);
      await left.ask({ command: 'shape', links: [{ peer: ids[1], settings: null }] });
      const after = await left.ask({ command: 'broadcast', payload: 'after' });
      // The link keeps its order: had the first come, it had come before this one.
      await right.event('received', ({ id }) => id === after.id);
      expect(right.events.filter(event => event.event === 'received' && event.id === lost.id)).toEqual([]);
      expect((await left.ask({ command: 'neighbours' })).links).toHaveLength(1);
    });
  });
}

async function linked(
  bench: Workbench,
): Promise<{ lab: RunningLab; left: Conversation; right: Conversation; ids: [string, string] }> {
  const lab = await bench.up(bench.plan({ peers: 2 }));
  const [left, right] = [await bench.talk(lab, 0), await bench.talk(lab, 1)];
  for (const talk of [left, right]) await talk.event('ready');
  await connect(left, lab.peers[1]);
  await right.event('link-up');
  return { lab, left, right, ids: [lab.peers[0]?.nodeId ?? '', lab.peers[1]?.nodeId ?? ''] };
}
