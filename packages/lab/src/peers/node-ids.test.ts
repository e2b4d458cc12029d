/** Whose a node id is: as announced, as planned, or by the address where a neighbour has it. */
import type { PeerFacts } from '@peerlab/driver';
import { expect, test } from 'vitest';
import { NodeIds } from './node-ids.ts';

function peer(index: number, address: string, port = 7946): PeerFacts {
  return { index, name: `n${index}`, nodeId: `planned-${index}`, address, port, state: 'paused' };
}

const APART = [peer(0, '10.89.0.2'), peer(1, '10.89.0.3'), peer(2, '10.89.0.4')];
/** As on a system without a loopback address for each. */
const TOGETHER = [peer(0, '127.0.0.1', 4000), peer(1, '127.0.0.1', 4001)];

const nobody = (): boolean => false;

test('a peer is known by the id that it announced, and by the planned one', () => {
  const ids = new NodeIds();
  ids.learn(1, 'own-1');
  expect(ids.placeOf('own-1', '192.0.2.1:5', APART, nobody)).toBe(1);
  expect(ids.placeOf('planned-2', undefined, APART, nobody)).toBe(2);
  expect([ids.of(1), ids.of(2)]).toEqual(['own-1', undefined]);
});

test('a peer that is away is known by its address, whichever end dialled', () => {
  const ids = new NodeIds();
  expect(ids.placeOf('own-2', '10.89.0.4:7946', APART, nobody)).toBe(2);
  expect(ids.placeOf('own-2', '10.89.0.4:51234', APART, nobody)).toBe(2);
});

test('another id at the address of a peer that is there is a stranger, as one from elsewhere is', () => {
  const ids = new NodeIds();
  expect(ids.placeOf('other', '10.89.0.4:51234', APART, place => place === 2)).toBeUndefined();
  expect(ids.placeOf('other', '192.0.2.1:7946', APART, nobody)).toBeUndefined();
  expect(ids.placeOf('other', undefined, APART, nobody)).toBeUndefined();
});

test('peers that share an address are told apart by the port that they take links on', () => {
  const ids = new NodeIds();
  expect(ids.placeOf('own-1', '127.0.0.1:4001', TOGETHER, nobody)).toBe(1);
  expect(ids.placeOf('own-1', '127.0.0.1:51234', TOGETHER, nobody)).toBeUndefined();
});
