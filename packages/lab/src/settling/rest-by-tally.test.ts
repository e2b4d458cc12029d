/** Rest seen by sums, and what is left to the peers' own answers. */
import { addCounters, type CounterTally, NO_COUNTERS, tallyCounters } from '@peerlab/contract';
import type { PeerChannel } from '@peerlab/driver';
import { PeerClient } from '@peerlab/driver';
import { expect, test } from 'vitest';
import { framesBetween, settle } from './settle.ts';

const ID = (index: number): string => `00000000-0000-4000-8000-00000000000${index}`;

/** Two peers with one session; what n0 handed over, and n1 has taken. */
class Pair {
  clients: PeerClient[] = [];
  out = 4;
  taken = 4;
  open = true;
  /** Questions to single peers, and to both. */
  asked = 0;
  tallied = 0;

  static async make(): Promise<Pair> {
    const pair = new Pair();
    pair.clients = await Promise.all([0, 1].map(async index => await pair.#client(index)));
    pair.asked = 0;
    return pair;
  }

  readonly tally = async (): Promise<CounterTally> => {
    this.tallied++;
    return [0, 1].map(index => tallyCounters(ID(index), this.#sessions(index))).reduce(addCounters, NO_COUNTERS);
  };

  #sessions(index: number): Parameters<typeof tallyCounters>[1] {
    const counts = index === 0 ? { framesOut: this.out, framesIn: 0 } : { framesOut: 0, framesIn: this.taken };
    return [{ session: 's', peer: ID(1 - index), open: this.open, bytesOut: 0, bytesIn: 0, ...counts }];
  }

  async #client(index: number): Promise<PeerClient> {
    let say = (_line: string): void => undefined;
    const info = {
      contract: 1,
      nodeId: ID(index),
      node: { name: 'test', version: '1' },
      listen: { host: '10.0.0.1', port: 1 },
      capabilities: ['counters'],
    };
    const channel: PeerChannel = {
      closed: new Promise(() => undefined),
      listen: listener => (say = line => listener(line, 'stdout')),
      write: async line => {
        this.asked++;
        const { seq, command } = JSON.parse(line);
        const result = command === 'info' ? info : { sessions: this.#sessions(index), totals: {} };
        say(JSON.stringify({ reply: seq, result }));
      },
      close: () => undefined,
    };
    const client = new PeerClient(channel, `n${index}`, index);
    await client.ready({ isNew: false, timeoutMs: 1000 });
    return client;
  }
}

test('two sums that fit and agree are rest: no peer is asked by itself', async () => {
  const pair = await Pair.make();
  const report = await settle(pair.clients, { tally: pair.tally });
  expect(report).toMatchObject({ method: 'counters', peersRead: 2, framesOut: 4, framesLost: 0, rounds: 2 });
  expect([pair.asked, pair.tallied]).toEqual([0, 2]);
});

test('frames between two sums, and between a sum and single answers, are those of single answers', async () => {
  const pair = await Pair.make();
  const [sum, each] = [await settle(pair.clients, { tally: pair.tally }), await settle(pair.clients)];
  [pair.out, pair.taken] = [11, 11];
  const [laterSum, laterEach] = [await settle(pair.clients, { tally: pair.tally }), await settle(pair.clients)];
  for (const before of [sum, each]) {
    for (const after of [laterSum, laterEach]) expect(framesBetween(before, after)).toBe(7);
  }
});

test('what is in flight is waited for', async () => {
  const pair = await Pair.make();
  pair.taken = 3;
  const late = async (): Promise<CounterTally> => {
    if (pair.tallied === 3) pair.taken = 4;
    return await pair.tally();
  };
  expect(await settle(pair.clients, { tally: late })).toMatchObject({ framesOut: 4, rounds: 5 });
  expect(pair.asked).toBe(0);
});

test('sums that do not fit, of some peers alone, or with a session that was closed: each peer is asked', async () => {
  const pair = await Pair.make();
  pair.taken = 3;
  // Virtual time: what does not fit is not waited for here.
  let nowMs = 0;
  const clock = { isVirtual: true, nowMs: () => (nowMs += 1000), until: async () => undefined };
  const stuck = settle(pair.clients, { tally: pair.tally, stalledMs: 3000 }, clock);
  await expect(stuck).rejects.toThrow('n0 handed 4 frames to its link to n1, which received 3');
  expect(pair.asked).toBeGreaterThan(0);
  pair.taken = 4;
  pair.open = false;
  pair.asked = 0;
  expect(await settle(pair.clients, { tally: pair.tally })).toMatchObject({ framesLost: 0 });
  expect(pair.asked).toBeGreaterThan(0);
  pair.open = true;
  const one = async (): Promise<CounterTally> => ({ ...(await pair.tally()), peers: 1 });
  expect((await settle(pair.clients, { tally: one })).sessions).toBeInstanceOf(Map);
});
