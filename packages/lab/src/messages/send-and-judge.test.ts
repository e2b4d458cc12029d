/** Messages without number, judged as they arrive, on peers in memory: what is wrong is found, what is forgotten is said. */
import { line, MemoryDriver, ring } from '@peerlab/driver-memory';
import type { Topology } from '@peerlab/topology';
import { describe, expect, test } from 'vitest';
import { bringUp } from '../life/bring-up.ts';
import { Receptions } from './receptions.ts';
import { type JudgedMessages, type Plan, type SendingOptions, sendAndJudge } from './send-and-judge.ts';

interface Play extends SendingOptions {
  readonly programs?: Readonly<Record<string, readonly string[]>>;
  readonly bounds?: { readonly maxMessages: number; readonly maxDeliveries: number };
}

async function judged(topology: Topology, plans: readonly Plan[], play: Play = {}): Promise<JudgedMessages> {
  const { programs, bounds = { maxMessages: 5, maxDeliveries: 20 }, ...options } = play;
  const { lab } = await bringUp(topology, new MemoryDriver(), { ephemeral: true, checks: [], programs });
  const receptions = new Receptions(bounds);
  lab.onOpened(client => receptions.listenTo(client));
  return await sendAndJudge({ ...lab.contextFor({}), receptions }, plans, { isFolding: true, ...options });
}

/** One after the other, as a load with a low rate does. */
const inTurns: SendingOptions['sending'] = async (plans, send) => {
  for (const plan of plans) await send(plan);
};

const many = (count: number): Plan[] => Array.from({ length: count }, (_, i) => ({ from: i % 3 }));

describe('many messages', () => {
  test('are all judged, with a memory for a few', async () => {
    const { sent, messages, whole, open, wholeMessages } = await judged(ring(6), many(300), { sending: inTurns });
    expect([sent, [...messages], open]).toEqual([300, [], []]);
    expect(whole.map(({ address, count }) => [address.from, count])).toEqual([
      [0, 100],
      [1, 100],
      [2, 100],
    ]);
    expect(whole[0]?.expected).toEqual([1, 2, 3, 4, 5]);
    expect(whole[0]?.hops.get(3)).toEqual(new Map([[3, 100]]));
    expect([...wholeMessages()]).toHaveLength(300);
  });

  test('of which one peer delivers each twice: each is found, and the peer', async () => {
    const result = await judged(ring(6), many(30), { sending: inTurns, programs: { n4: ['twice'] } });
    const all = [...result.messages];
    expect(all).toHaveLength(30);
    expect(
      new Set(all.flatMap(one => one.violations.map(({ kind, peer, times }) => `${kind} ${peer} ${times}`))),
    ).toEqual(new Set(['twice 4 2']));
    expect((await result.explain()).map(({ culprit }) => culprit)).toEqual(['n4']);
  });

  test('that stop at a silent peer: what is missing is missing, and the others are whole', async () => {
    const result = await judged(line(4), [{ from: 0 }, { from: 1 }, { from: 3, ttl: 1 }], {
      programs: { n2: ['silent'] },
    });
    const missed = [...result.messages].map(({ message, violations }) => [message.from, violations.map(v => v.peer)]);
    expect(missed).toEqual([
      [0, [3]],
      [1, [3]],
    ]);
    expect(result.whole.map(({ count }) => count)).toEqual([0, 0, 1]);
  });
});

describe('a limit of the observer is never told as a loss', () => {
  test('events that a peer could not tell: what it missed is not judged', async () => {
    const result = await judged(ring(4), [{ from: 0 }], { programs: { n2: ['forgetful'] } });
    expect([...result.messages].map(({ received, violations }) => [received, violations])).toEqual([[[1, 3], []]]);
    expect(result.open.join()).toMatch(/^what n2 received is not judged: \d+ events? of it went unread/);
    expect([...result.mute]).toEqual([2]);
  });

  test('peers that no longer remember what they did are not blamed', async () => {
    const programs = { n1: ['amnesiac'], n2: ['amnesiac'], n3: ['silent'] };
    const result = await judged(line(5), [{ from: 0 }, { from: 0, to: 4 }], { programs });
    const explained = await result.explain();
    expect(explained.map(({ culprit, suspects }) => culprit ?? suspects)).not.toContain('n1');
    expect(explained.map(({ culprit, suspects }) => culprit ?? suspects)).not.toContain('n2');
    expect(explained.map(({ text }) => text).join('\n')).toMatch(/no longer remembers what it did with it/);
  });
});

test('a peer that was away when it was sent, and receives it, is neither blamed nor proven', async () => {
  const { lab } = await bringUp(ring(5), new MemoryDriver(), { ephemeral: true, checks: [] });
  await lab.pause('n2');
  const goOn: SendingOptions['sending'] = async (plans, send) => {
    await lab.unpause('n2');
    await Promise.all(Array.from(plans, send));
  };
  const result = await sendAndJudge(lab.contextFor({}), [{ from: 0 }], { sending: goOn });
  const [message] = result.messages;
  expect(message?.expected).toEqual([1, 3, 4]);
  expect(message?.received).toEqual([1, 2, 3, 4]);
  expect(message?.violations).toEqual([]);
  expect(result.returned).toEqual([
    'n2 was away when a message was sent, and received it: what it passed on is not known',
  ]);
});
