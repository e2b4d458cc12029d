/** Whole machines as targets of faults. */
import type { LabPeer } from '@peerlab/lab';
import { expect, test } from 'vitest';
import { peersOfEngines } from './peers-of-engines.ts';

const lab = (engines: string) => ({
  name: 'ring',
  peers: [...engines].map((engine, i) => ({ name: `n${i}`, ...(engine === '-' ? {} : { engine }) }) as LabPeer),
});

test('each engine stands for its peers; an endpoint beside it is none', () => {
  expect(peersOfEngines(['b', 'a=unix:///a', 'a'], lab('abba'))).toEqual(['n1,n2', 'n0,n3']);
});

test.each([
  ['abba', 'its engines are a, b'],
  ['----', 'it runs on one engine'],
])('an engine without peers is refused', (engines, advice) => {
  expect(() => peersOfEngines(['c'], lab(engines))).toThrow(expect.objectContaining({ advice }));
});
