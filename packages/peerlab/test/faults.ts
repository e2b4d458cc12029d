/** Faults on a lab of a driver: what they do, what the oracle then expects, and that all of it can be taken back. */

import type { Fault, FaultOn } from '@peerlab/conditions';
import type { Driver } from '@peerlab/driver';
import { adjacencyOf, neighboursOf } from '@peerlab/graph';
import { bringUp, CHAOS_VERBS, type CheckFinding, type Lab, runChaos } from '@peerlab/lab';
import { parseTopology, type Topology } from '@peerlab/topology';
import { describe, expect, it } from 'vitest';

/** What the suite needs. */
export interface FaultTarget {
  readonly name: string;
  readonly createDriver: () => Driver;
  readonly boundMs: number;
  /** True where a whole peer can be taken off the network. */
  readonly canIsolate: boolean;
  /** False leaves out what peers do by themselves: the same on every driver, and proven on another. */
  readonly isWhole: boolean;
}

const MESSAGES = ['broadcast', 'ttl', 'dm'] as const;

/** Declares the suite. */
export function describeFaults({ name, createDriver, boundMs, canIsolate, isWhole }: FaultTarget): void {
  let labs = 0;
  const ringOf = (peers: number): Topology =>
    parseTopology(`{ topology: { generator: ring, peers: ${peers} } }`, {
      file: 'ring.yaml',
      overrides: { name: `faults-${name}-${process.pid}-${labs++}` },
    });
  const withRing = async (peers: number, work: (lab: Lab) => Promise<void>): Promise<void> => {
    const { lab, passed } = await bringUp(ringOf(peers), createDriver(), { ephemeral: true, checks: ['links'] });
    expect(passed).toBe(true);
    try {
      await work(lab);
    } finally {
      await lab.down();
    }
  };
  const failed = (checks: readonly CheckFinding[]): unknown =>
    checks
      .filter(({ verdict }) => verdict !== 'proven')
      .map(({ name: check, explanations }) => [check, explanations.map(({ text }) => text)]);

  describe(`faults on the ${name} driver`, { timeout: boundMs }, () => {
    it('a partition holds in both directions, the oracle works on its parts, links tell why; and healing proves the ring again', async () => {
      await withRing(6, async lab => {
        const partition = await lab.fault({ verb: 'partition', groups: [['n0', 'n1'], ['n3']] });
        expect(partition.text).toBe('partition: n0 n1 | n3 | n2 n4 n5; 4 links cut');
        expect(adjacencyOf(lab.graph)).toEqual([[1], [0], [], [], [5], [4]]);
        expect(failed(await lab.verify({ checks: MESSAGES }))).toEqual([]);
        const [links] = await lab.verify({ checks: ['links'] });
        expect(links).toMatchObject({ verdict: 'failed', observed: '2 of 6; 4 faults' });
        expect(links?.explanations[0]?.text).toBe('n1 and n2 are not linked: a fault cuts this link');
        expect((await lab.broadcast('n0', 'in here')).received.map(({ peer }) => peer)).toEqual(['n1']);
        expect(await lab.dm('n0', 'n4', 'over there')).toMatchObject({ due: [], received: [], verdict: 'proven' });

        const { lifted, links: up } = await lab.heal();
        expect(lifted.map(({ kind }) => kind)).toEqual(['cut', 'cut', 'cut', 'cut']);
        expect(up).toBe(6);
        expect(await lab.faults()).toEqual([]);
        expect(failed(await lab.verify())).toEqual([]);
      });
    });

    it('kill, stop and pause each leave a proven lab, and healing brings it back', async () => {
      const faults: readonly FaultOn<'peers'>[] = [
        { verb: 'kill', peers: ['n1', 'n3'] },
        { verb: 'kill', peers: ['n2'], signal: 'SIGTERM' },
        { verb: 'stop', peers: ['n2'] },
        { verb: 'pause', peers: ['n4'] },
      ];
      await withRing(6, async lab => {
        for (const fault of faults) {
          const { peers } = await lab.fault(fault);
          expect([fault, peers]).toEqual([fault, fault.peers]);
          expect((await lab.faults()).flatMap(found => ('peer' in found ? [found.peer] : []))).toEqual(fault.peers);
          expect([fault, failed(await lab.verify({ checks: MESSAGES }))]).toEqual([fault, []]);
          await lab.heal();
          expect([fault, failed(await lab.verify())]).toEqual([fault, []]);
        }
      });
    });

    it('what is set or taken back while a peer sleeps holds for it once it is awake', async () => {
      await withRing(5, async lab => {
        const before = await lab.fault({ verb: 'link-down', links: [['n1', 'n2']] });
        const pause = await lab.fault({ verb: 'pause', peers: ['n2'] });
        await before.revert();
        await lab.fault({ verb: 'slow', links: [['n2', 'n3']], latencyMs: 20 });
        await pause.revert();
        await lab.recovered();
        expect(await lab.faults()).toEqual([
          { kind: 'shaped', link: ['n2', 'n3'], settings: { latencyMs: 20 } },
          { kind: 'shaped', link: ['n3', 'n2'], settings: { latencyMs: 20 } },
        ]);
        expect(failed(await lab.verify())).toEqual([]);
        await lab.heal();
      });
    });

    it('a peer that goes on is told what was set while it was paused, though the lab is looked at meanwhile', async () => {
      await withRing(5, async lab => {
        for (let turns = 0; turns < 30; turns++) {
          const paused = await lab.fault({ verb: 'pause', peers: ['n1'] });
          const flaky = await lab.fault({ verb: 'flaky', links: [['n1', 'n2']], lossRatio: 0.2 });
          const goesOn = paused.revert();
          // It is on its way, a little further each time.
          for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
          await Promise.all([goesOn, lab.refresh()]);
          const shaped = (await lab.faults()).map(fault => ('link' in fault ? [turns, ...fault.link] : fault.kind));
          expect(shaped).toEqual([
            [turns, 'n1', 'n2'],
            [turns, 'n2', 'n1'],
          ]);
          await flaky.revert();
        }
      });
    });

    it('a peer that is paused while it is asked goes on, and so does who asked', async () => {
      await withRing(5, async lab => {
        for (let turns = 0; turns < 10; turns++) {
          const looked = lab.refresh();
          for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
          await lab.pause('n1');
          await Promise.all([lab.unpause('n1'), looked]);
        }
        expect(failed(await lab.verify())).toEqual([]);
      });
    });

    it('isolation takes a peer off the network, by the driver or by its links', async () => {
      await withRing(5, async lab => {
        const { notes } = await lab.fault({ verb: 'isolate', peers: ['n2'] });
        expect(notes.length === 0).toBe(canIsolate);
        expect(neighboursOf(lab.graph, 2)).toEqual([]);
        expect(failed(await lab.verify({ checks: MESSAGES }))).toEqual([]);
        await lab.heal();
        expect(failed(await lab.verify())).toEqual([]);
      });
    });

    it('a restart is over once it is done: the peer is back, and there is nothing to undo', async () => {
      await withRing(5, async lab => {
        const nodeId = lab.peers[2]?.nodeId;
        const restarted = await lab.fault({ verb: 'restart', peers: ['n2'] });
        expect([restarted.text, await lab.faults()]).toEqual(['restarted n2', []]);
        await restarted.revert();
        await lab.recovered();
        expect(lab.peers[2]).toMatchObject({ state: 'running', nodeId });
        expect(failed(await lab.verify())).toEqual([]);
      });
    });

    it('a peer that is paused while it is off the network comes back wholly', async () => {
      await withRing(5, async lab => {
        await lab.fault({ verb: 'isolate', peers: ['n2'] });
        await lab.fault({ verb: 'pause', peers: ['n2'] });
        expect((await lab.faults()).flatMap(fault => ('peer' in fault ? [fault.kind] : []))).toEqual(
          canIsolate ? ['paused', 'isolated'] : ['paused'],
        );
        await lab.heal();
        expect(await lab.faults()).toEqual([]);
        expect(failed(await lab.verify())).toEqual([]);
      });
    });

    it('chaos breaks much, and leaves a proven ring', async () => {
      await withRing(8, async lab => {
        const events: string[] = [];
        const { passed, checks, schedule, wasCut } = await runChaos(lab, {
          seed: 3,
          durationMs: 3000,
          everyMs: 300,
          verbs: CHAOS_VERBS,
          onEvent: ({ event, text }) => events.push(`${event} ${text}`),
        });
        expect(failed(checks)).toEqual([]);
        expect({ passed, wasCut }).toEqual({ passed: true, wasCut: false });
        expect(schedule.length).toBeGreaterThan(4);
        expect(events.length).toBe(2 * schedule.length);
        expect(await lab.faults()).toEqual([]);
      });
    });

    if (!isWhole) return;

    it('a partition in one direction lets the first group hear the others, and not be heard', async () => {
      await withRing(5, async lab => {
        const partition = await lab.fault({ verb: 'partition', groups: [['n0', 'n1']], oneWay: true });
        expect(partition.text).toBe('partition: n0 n1 | n2 n3 n4; 2 links one way');
        expect((await lab.broadcast('n0', 'unheard')).received.map(({ peer }) => peer)).toEqual(['n1']);
        const heard = await lab.broadcast('n3', 'heard');
        expect(new Set(heard.received.map(({ peer }) => peer))).toEqual(new Set(['n0', 'n1', 'n2', 'n4']));
        expect(heard.verdict).toBe('proven');
        expect(failed(await lab.verify())).toEqual([]);
        expect(await lab.faults()).toEqual([
          { kind: 'muted', link: ['n1', 'n2'] },
          { kind: 'muted', link: ['n0', 'n4'] },
        ]);
        await partition.revert();
        expect(await lab.faults()).toEqual([]);
        expect(failed(await lab.verify())).toEqual([]);
      });
    });

    it('one fault is taken back without the other, and settings lie on top of each other', async () => {
      await withRing(4, async lab => {
        const slow = await lab.fault({ verb: 'slow', peers: ['n1'], latencyMs: 30 });
        expect(slow.links).toEqual([
          ['n0', 'n1'],
          ['n1', 'n2'],
        ]);
        expect(slow.latency).toMatchObject({ askedMs: 60, links: 2 });
        expect(slow.latency?.measuredMs).toBeGreaterThanOrEqual(60);
        const cut = await lab.fault({ verb: 'link-down', links: [['n1', 'n0']] });
        const flaky = await lab.fault({ verb: 'flaky', links: [['n1', 'n2']], lossRatio: 0.2 });
        expect(await lab.faults()).toEqual([
          { kind: 'cut', link: ['n0', 'n1'] },
          { kind: 'shaped', link: ['n1', 'n2'], settings: { latencyMs: 30, lossRatio: 0.2 } },
          { kind: 'shaped', link: ['n2', 'n1'], settings: { latencyMs: 30, lossRatio: 0.2 } },
        ]);
        expect(failed(await lab.verify({ checks: MESSAGES }))).toEqual([]);
        await slow.revert();
        await cut.revert();
        await lab.recovered();
        expect(await lab.faults()).toEqual([
          { kind: 'shaped', link: ['n1', 'n2'], settings: { lossRatio: 0.2 } },
          { kind: 'shaped', link: ['n2', 'n1'], settings: { lossRatio: 0.2 } },
        ]);
        await flaky.revert();
        expect(await lab.faults()).toEqual([]);
        expect(failed(await lab.verify())).toEqual([]);
      });
    });

    it('a fault that is taken back while the lab is looked at is not taken for one of somebody else', async () => {
      await withRing(5, async lab => {
        for (let turns = 0; turns < 30; turns++) {
          const cut = await lab.fault({ verb: 'link-down', links: [['n1', 'n2']] });
          const looked = lab.refresh();
          // The looking is under way, a little further each time.
          for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
          await Promise.all([looked, cut.revert()]);
          expect([turns, lab.graph.linkCount]).toEqual([turns, 5]);
          await lab.recovered();
        }
      });
    });

    it('what is drawn by a seed is the same each time, and what cannot be done changes nothing', async () => {
      await withRing(6, async lab => {
        const first = await lab.fault({ verb: 'link-down', random: 2, seed: 7 });
        await first.revert();
        await lab.recovered();
        const again = await lab.fault({ verb: 'link-down', random: 2, seed: 7 });
        expect(again.links).toEqual(first.links);
        expect(again.links).toHaveLength(2);
        await lab.heal();

        const bad: [Fault, string][] = [
          [{ verb: 'partition', groups: [['n0', 'n9']] }, 'NO_SUCH_PEER'],
          [{ verb: 'partition', groups: [['n0'], ['n0']] }, 'NOT_SUPPORTED'],
          [{ verb: 'partition', groups: [] }, 'NOT_SUPPORTED'],
          [{ verb: 'link-down', links: [['n0', 'n3']] }, 'NOT_SUPPORTED'],
          [{ verb: 'slow', peers: ['n0'] }, 'NOT_SUPPORTED'],
          [{ verb: 'pause' }, 'NOT_SUPPORTED'],
          [{ verb: 'pause', random: 7 }, 'NOT_SUPPORTED'],
          [{ verb: 'kill', peers: ['n0', 'n1'], signal: 'SIGSTOP' }, 'NOT_SUPPORTED'],
        ];
        for (const [fault, code] of bad)
          await expect(lab.fault(fault), JSON.stringify(fault)).rejects.toMatchObject({ code });
        expect(await lab.faults()).toEqual([]);
        expect(failed(await lab.verify())).toEqual([]);
      });
    });
  });
}
