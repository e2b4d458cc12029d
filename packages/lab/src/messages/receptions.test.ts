/** What a lab remembers of deliveries: bounded, and never silent about what it has forgotten. */
import type { PeerEvent } from '@peerlab/contract';
import type { PeerClient } from '@peerlab/driver';
import { describe, expect, test } from 'vitest';
import type { Followed, FollowingOptions } from './following.ts';
import { type ReceptionBounds, Receptions } from './receptions.ts';

const ID = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const NODE = '11111111-2222-4333-8444-555555555501';

/** A lab's memory, and a way to have a peer receive a message. */
function memory(bounds: ReceptionBounds = { maxMessages: 10, maxDeliveries: 100 }) {
  const receptions = new Receptions(bounds);
  const tell: ((event: PeerEvent) => void)[] = [];
  for (const index of [0, 1, 2, 3]) {
    // All that is asked of a client here.
    const client = { index, onEvent: (listener: (event: PeerEvent) => void) => tell.push(listener) };
    receptions.listenTo(client as unknown as PeerClient);
  }
  const deliver = (id: string, peer: number): void =>
    tell[peer]?.({ event: 'received', id, kind: 'broadcast', origin: NODE, from: NODE, hops: peer, payload: '' });
  return { receptions, deliver };
}

const peersOf = (list: readonly { readonly peer: number }[] | undefined): number[] | undefined =>
  list?.map(({ peer }) => peer);

describe('messages that nobody follows', () => {
  test('are remembered, the latest of them; of the others it is said that they may be forgotten', () => {
    const { receptions, deliver } = memory();
    expect(receptions.of(ID(0))).toEqual([]);
    for (let n = 0; n < 12; n++) for (const peer of [1, 2]) deliver(ID(n), peer);
    expect(peersOf(receptions.of(ID(11)))).toEqual([1, 2]);
    expect(receptions.of(ID(0))).toBeUndefined();
    expect(receptions.of(ID(99))).toBeUndefined();
    receptions.expect(ID(99));
    expect(receptions.of(ID(99))).toEqual([]);
  });

  test('are bounded by deliveries too', () => {
    const { receptions, deliver } = memory({ maxMessages: 10, maxDeliveries: 5 });
    for (const n of [1, 2]) for (const peer of [1, 2, 3]) deliver(ID(n), peer);
    expect([receptions.of(ID(1)), peersOf(receptions.of(ID(2)))]).toEqual([undefined, [1, 2, 3]]);
  });
});

describe('messages that are followed', () => {
  const follow = (options: FollowingOptions = {}, bounds?: ReceptionBounds) => {
    const lab = memory(bounds);
    return { ...lab, following: lab.receptions.follow(options) };
  };
  const peersIn = (followed: Followed): number[] => {
    if (followed.state === 'unsure') return [];
    const list = followed.state === 'kept' ? followed.list : followed.later;
    return (list?.all() ?? []).map(({ peer }) => peer);
  };

  test('may arrive before their ids are known, and in whatever number', () => {
    const { following, deliver } = follow();
    for (let n = 0; n < 100; n++) {
      const since = following.sending();
      deliver(ID(n), 1);
      expect(following.sent(ID(n), n, since)).toBe(true);
      deliver(ID(n).toUpperCase(), 2);
    }
    for (let n = 0; n < 100; n++) {
      expect(following.of(n)).toMatchObject({ state: 'kept' });
      expect(peersIn(following.of(n))).toEqual([1, 2]);
    }
    expect(following.others).toBe(0);
  });

  test('are told from those of others, which are counted', () => {
    const { following, deliver } = follow();
    const since = following.sending();
    deliver(ID(7), 1);
    following.sent(ID(1), 0, since);
    deliver(ID(8), 1);
    deliver(ID(1), 2);
    expect(following.others).toBe(2);
  });

  test('are not judged where deliveries were forgotten before their ids were known', () => {
    const { following, deliver } = follow();
    const since = following.sending();
    deliver(ID(1), 1);
    for (let n = 100; n < 120; n++) deliver(ID(n), 1);
    following.sent(ID(1), 0, since);
    expect(following.of(0)).toEqual({ state: 'unsure' });
    // The forgotten ones are older than this one.
    const later = following.sending();
    deliver(ID(2), 1);
    following.sent(ID(2), 1, later);
    expect(peersIn(following.of(1))).toEqual([1]);
  });

  test('are folded once they are whole; a copy that comes later is noticed all the same', () => {
    const { following, deliver } = follow({ isWhole: (_, __, list) => list.length === 2, maxKept: 3 });
    for (let n = 0; n < 100; n++) {
      following.sent(ID(n), n, following.sending());
      for (const peer of [1, 2]) deliver(ID(n), peer);
    }
    deliver(ID(42), 3);
    expect(following.of(41)).toEqual({ state: 'whole', later: undefined });
    expect(peersIn(following.of(42))).toEqual([3]);
  });

  test('are not judged where they do not fit, and the others are', () => {
    const { following, deliver } = follow({ isWhole: (_, __, list) => list.length === 2, maxKept: 3 });
    for (let n = 0; n < 5; n++) following.sent(ID(n), n, following.sending());
    for (let n = 0; n < 5; n++) deliver(ID(n), 1);
    const states = [0, 1, 2, 3, 4].map(n => following.of(n).state);
    expect(states).toEqual(['kept', 'kept', 'kept', 'unsure', 'unsure']);
    for (let n = 0; n < 5; n++) deliver(ID(n), 2);
    expect([0, 1, 2, 3, 4].map(n => following.of(n).state)).toEqual(['whole', 'whole', 'whole', 'unsure', 'unsure']);
  });

  test('have ids of their own', () => {
    const { following } = follow();
    expect(following.sent(ID(1), 0, following.sending())).toBe(true);
    expect(following.sent(ID(1).toUpperCase(), 1, following.sending())).toBe(false);
  });

  test('may be asked for by their ids once nobody follows them', () => {
    const { receptions, following, deliver } = follow();
    following.sent(ID(1), 0, following.sending());
    deliver(ID(1), 2);
    following[Symbol.dispose]();
    expect(peersOf(receptions.of(ID(1)))).toEqual([2]);
  });
});
