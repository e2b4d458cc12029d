/** The wait for rest, at its bounds. What counts as rest is quiescence.test.ts. */

import type { ChannelEnd, LabClock, PeerChannel } from '@peerlab/driver';
import { LabError, PeerClient } from '@peerlab/driver';
import { describe, expect, test } from 'vitest';
import { framesBetween, isOthersDoing, type SettleReport, settle } from './settle.ts';

const ID = (index: number): string => `00000000-0000-4000-8000-00000000000${index}`;

/** A peer that answers `counters` with what the test says. */
async function peer(
  index: number,
  counters: () => { framesOut: number; framesIn: number },
  capabilities: readonly string[] = ['counters'],
): Promise<{ client: PeerClient; end: (end: ChannelEnd) => void }> {
  let say = (_line: string): void => undefined;
  let end = (_end: ChannelEnd): void => undefined;
  const channel: PeerChannel = {
    closed: new Promise(resolve => (end = resolve)),
    listen: listener => (say = line => listener(line, 'stdout')),
    write: async line => {
      const { seq, command } = JSON.parse(line);
      const session = { session: 's', peer: ID(1 - index), open: true, ...counters() };
      const info = {
        contract: 1,
        nodeId: ID(index),
        node: { name: 'test', version: '1' },
        listen: { host: '10.0.0.1', port: 1 },
        capabilities,
      };
      say(JSON.stringify({ reply: seq, result: command === 'info' ? info : { sessions: [session], totals: {} } }));
    },
    close: () => undefined,
  };
  const client = new PeerClient(channel, `n${index}`, index);
  await client.ready({ isNew: false, timeoutMs: 1000 });
  return { client, end };
}

const still = (framesOut: number, framesIn: number) => (): { framesOut: number; framesIn: number } => ({
  framesOut,
  framesIn,
});

describe('by counters', () => {
  test('two rounds that agree are enough', async () => {
    const [a, b] = [await peer(0, still(3, 1)), await peer(1, still(1, 3))];
    expect(await settle([a.client, b.client])).toEqual({
      method: 'counters',
      withoutCounters: [],
      programs: [],
      silent: [],
      peersRead: 2,
      framesOut: 4,
      framesLost: 0,
      framesAway: 0,
      sessions: new Map([
        [`${ID(0)} s`, 3],
        [`${ID(1)} s`, 1],
      ]),
      rounds: 2,
    });
  });

  test('one round is not: what moved between the readings is seen in the second', async () => {
    let rounds = 0;
    const a = await peer(0, () => (++rounds > 2 ? { framesOut: 2, framesIn: 0 } : { framesOut: 1, framesIn: 0 }));
    const b = await peer(1, () => (rounds > 2 ? { framesOut: 0, framesIn: 2 } : { framesOut: 0, framesIn: 1 }));
    // `info` was the first question to n0, so rounds counts from there.
    const report = await settle([a.client, b.client]);
    expect(report.rounds).toBe(3);
    expect(report.framesOut).toBe(2);
  });

  test('frames that stand still on a link are told with the link and both counts', async () => {
    const [a, b] = [await peer(0, still(3, 0)), await peer(1, still(0, 2))];
    await expect(settle([a.client, b.client], { stalledMs: 1 })).rejects.toMatchObject({
      code: 'NOT_SETTLED',
      message: 'the lab did not settle; nothing moved for 1 ms; n0 handed 3 frames to its link to n1, which received 2',
    });
  });

  test('frames that never stop moving end the wait too', async () => {
    let frames = 0;
    const [a, b] = [await peer(0, () => ({ framesOut: ++frames, framesIn: 0 })), await peer(1, still(0, 0))];
    await expect(settle([a.client, b.client], { timeoutMs: 20 })).rejects.toThrow('frames still move after 20 ms');
  });

  describe('frames that never stop moving', () => {
    const waited = async (ownCopies?: () => Promise<number | undefined>): Promise<unknown> => {
      let frames = 0;
      const [a, b] = [await peer(0, () => ({ framesOut: ++frames, framesIn: 0 })), await peer(1, still(0, 0))];
      return await settle([a.client, b.client], { timeoutMs: 20, ownCopies }).catch(error => error);
    };

    test('are of others, where the peers take no more copies of those waited for', async () => {
      const error = await waited(async () => 7);
      expect([isOthersDoing(error), String(error)]).toEqual([true, expect.stringContaining('they reach nobody')]);
    });

    test('are not, where these still go round, or nobody can tell', async () => {
      let copies = 0;
      for (const ownCopies of [async () => ++copies, async () => undefined, undefined]) {
        expect(isOthersDoing(await waited(ownCopies))).toBe(false);
      }
    });
  });

  test('in virtual time that clock alone decides: none of this machine', async () => {
    let [virtualMs, rounds] = [0, 0];
    const clock: LabClock = {
      isVirtual: true,
      nowMs: () => virtualMs,
      until: async atMs => {
        virtualMs = Math.max(virtualMs, atMs);
      },
    };
    const late = await peer(0, () => ({ framesOut: Math.min(8, ++rounds), framesIn: 0 }));
    const b = await peer(1, () => ({ framesOut: 0, framesIn: Math.min(8, rounds) }));
    expect(await settle([late.client, b.client], {}, clock)).toMatchObject({ framesOut: 8 });
    expect(virtualMs).toBeGreaterThan(0);
    const [c, d] = [await peer(0, still(3, 0)), await peer(1, still(0, 2))];
    await expect(settle([c.client, d.client], { stalledMs: 60_000 }, clock)).rejects.toThrow('nothing moved for');
    expect(virtualMs).toBeGreaterThan(60_000);
  });

  test('a peer that has ended is left out: what was on its way to it is lost', async () => {
    const [a, b] = [await peer(0, still(3, 0)), await peer(1, still(0, 2))];
    b.end({ reason: 'killed' });
    await b.client.ended;
    expect(await settle([a.client, b.client])).toMatchObject({ peersRead: 1, framesLost: 3 });
  });

  test('a peer that this lab no longer hears is not one that has ended: nothing can be judged', async () => {
    const [a, b] = [await peer(0, still(3, 0)), await peer(1, still(0, 2))];
    const failure = new LabError('ENGINE_UNREACHABLE', 'this command no longer hears the peers');
    b.end({ reason: 'disconnected', failure });
    await b.client.ended;
    await expect(settle([a.client, b.client])).rejects.toBe(failure);
    const c = await peer(2, still(0, 2), []);
    c.end({ reason: 'disconnected', failure });
    await c.client.ended;
    await expect(settle([c.client])).rejects.toBe(failure);
  });

  test('giving up ends it', async () => {
    const [a, b] = [await peer(0, still(3, 0)), await peer(1, still(0, 2))];
    await expect(settle([a.client, b.client], { signal: AbortSignal.timeout(1) })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});

describe('where a peer has no counters', () => {
  test('silence is taken for rest, and said to be a guess', async () => {
    const [a, b] = [await peer(0, still(1, 0)), await peer(1, still(0, 0), [])];
    const startedAtMs = performance.now();
    expect(await settle([a.client, b.client], { idleMs: 20 })).toMatchObject({
      method: 'idle',
      withoutCounters: ['n1'],
      programs: [],
      peersRead: 1,
    });
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(20);
  });

  test('frames in flight between those that have them are waited for all the same', async () => {
    const [a, b, c] = [await peer(0, still(3, 0)), await peer(1, still(0, 2)), await peer(2, still(0, 0), [])];
    await expect(settle([a.client, b.client, c.client], { idleMs: 1, stalledMs: 5 })).rejects.toThrow(
      'n0 handed 3 frames to its link to n1, which received 2',
    );
  });
});

describe('frames between two reports', () => {
  const report = (sessions: Record<string, number>, peersRead = 2): SettleReport => ({
    method: 'counters',
    withoutCounters: [],
    programs: [],
    silent: [],
    peersRead,
    framesOut: 0,
    framesLost: 0,
    framesAway: 0,
    sessions: new Map(Object.entries(sessions)),
    rounds: 2,
  });
  const before = report({ 'a s1': 3, 'b s1': 5 });

  test('are those of each session since, new ones included', () => {
    expect(framesBetween(before, report({ 'a s1': 4, 'b s1': 5, 'a s2': 7 }))).toBe(8);
  });

  test('are not known where a peer has forgotten a closed session, or peers came or went', () => {
    expect(framesBetween(before, report({ 'a s1': 4 }))).toBeUndefined();
    expect(framesBetween(before, report({ 'a s1': 4, 'b s1': 5 }, 3))).toBeUndefined();
  });
});
