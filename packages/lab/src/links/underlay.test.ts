/** What the network between engines adds, measured over links that are shaped as well. */
import type { PeerFacts } from '@peerlab/driver';
import { expect, test } from 'vitest';
import type { PingedLab } from '../faults/round-trips.ts';
import { measureUnderlay } from './underlay.ts';

/** Peers that answer pings after so long, with links that were asked for so much one way. */
function labOf(rttMs: readonly number[], askedMs: number): PingedLab {
  const endpoints = rttMs.map((ms, i) => ({
    client: { can: () => true, ask: async () => ({ rttMs: ms }), name: `n${i}` },
    address: '',
    port: 0,
  }));
  const state = { wanted: () => ({ latencyMs: askedMs }) };
  return {
    endpoints: endpoints as unknown as PingedLab['endpoints'],
    nodeIds: rttMs.map((_, i) => `id${i}`),
    links: { state, whyCut: () => undefined } as unknown as PingedLab['links'],
  };
}

const peers: readonly PeerFacts[] = [...'aabbc'].map((engine, index) => ({
  index,
  name: `n${index}`,
  nodeId: `id${index}`,
  address: '127.0.0.1',
  port: 7946,
  state: 'running',
  engine,
}));
const ring = [0, 1, 2, 3, 4].map(i => [i, (i + 1) % 5] as const);

test('is the shortest round trip between two engines, less what links were asked for', async () => {
  const lab = labOf([20, 20.7, 20, 21, 22], 10);
  const underlay = await measureUnderlay(lab, peers, [...ring, [0, 2]]);
  expect(underlay.map(({ engines, links }) => `${engines.join('-')} ${links}`)).toEqual(['a-b 2', 'b-c 1', 'a-c 1']);
  expect(underlay.map(({ rttMs }) => Math.round(rttMs * 10) / 10)).toEqual([0, 1, 2]);
});

test('is nothing where no link leads from one engine to another', async () => {
  const lab = labOf([1, 1, 1, 1, 1], 0);
  expect(await measureUnderlay(lab, peers, [[0, 1]])).toEqual([]);
  expect(
    await measureUnderlay(
      lab,
      peers.map(({ engine: _, ...peer }) => peer),
      ring,
    ),
  ).toEqual([]);
});
