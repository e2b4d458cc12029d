/** A ratio of peers is one of those that had to receive a message. */
import { expect, test } from 'vitest';
import { broadcastText } from './message.ts';

const reached = (due: string[], received: string[]) =>
  broadcastText({ from: 'n0', due, received: received.map(peer => ({ peer, hops: 1 })), timeMs: 120 });

test.each([
  [['n1', 'n2'], ['n1', 'n2'], 'n0 reached 2 of 2 peers in 0.1 s'],
  [['n1', 'n2'], ['n2', 'n2'], 'n0 reached 1 of 2 peers in 0.1 s'],
  [['n1', 'n2'], ['n1', 'n2', 'n3'], 'n0 reached 2 of 2 peers, and n3, which it did not have to reach, in 0.1 s'],
  [[], ['n3'], 'n0 reached 0 of 0 peers, and n3, which it did not have to reach, in 0.1 s'],
  [[], [], 'n0 reached no peer, as the graph predicts'],
])('due %j, received %j', (due, received, text) => {
  expect(reached(due, received)).toBe(text);
});
