/** Whatever a program calls a member is found among the peers, or is told to be none. */
import type { PeerFacts } from '@peerlab/driver';
import { expect, test } from 'vitest';
import { placeOfMember } from './member-names.ts';

const peers = (address: (index: number) => string, port: (index: number) => number): PeerFacts[] =>
  [0, 1, 2].map(index => ({
    index,
    name: `n${index}`,
    nodeId: `11111111-2222-4333-8444-55555555550${index}`,
    address: address(index),
    port: port(index),
    state: 'running',
  }));

const apart = peers(
  index => `10.0.0.${index + 2}`,
  () => 7946,
);

test.each([
  ['n1', 1],
  [' n1 ', 1],
  ['10.0.0.3', 1],
  ['10.0.0.3:7946', 1],
  // Another port of the same peer.
  ['10.0.0.3:41234', 1],
  ['11111111-2222-4333-8444-555555555502', 2],
  ['11111111-2222-4333-8444-555555555502'.toUpperCase(), 2],
  ['10.0.0.9', undefined],
  ['n9', undefined],
  ['', undefined],
])('%j', (text, place) => {
  expect(placeOfMember(text, apart)).toBe(place);
});

test('peers that share an address are told apart by their port alone', () => {
  const together = peers(
    () => '127.0.0.1',
    index => 7000 + index,
  );
  expect(placeOfMember('127.0.0.1:7002', together)).toBe(2);
  expect(placeOfMember('127.0.0.1', together)).toBeUndefined();
  expect(placeOfMember('127.0.0.1:41234', together)).toBeUndefined();
});
