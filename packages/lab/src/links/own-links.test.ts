/** Peers that choose their own links: joined by the lab, looked at, and judged by who can reach whom. */
import { MemoryDriver } from '@peerlab/driver-memory';
import { adjacencyOf } from '@peerlab/graph';
import { parseTopology } from '@peerlab/topology';
import { expect, test } from 'vitest';
import { bringUp } from '../life/bring-up.ts';
import { awaitMembership } from './await-membership.ts';

const topology = parseTopology('{ name: own, topology: { peers: 4, links: own } }', { file: 'own.yaml' });

test('each joins the first, one that is started again the first that runs, and a broadcast reaches all', async () => {
  const { lab, checks } = await bringUp(topology, new MemoryDriver(), { checks: ['broadcast', 'ttl', 'dm'] });
  expect(checks.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['broadcast', 'proven'],
    ['ttl', 'not-proven'],
    ['dm', 'proven'],
  ]);
  expect(await lab.links()).toEqual({ drawn: 0, up: 3, unknown: 0, security: [], faults: [] });
  await lab.kill('n0');
  await lab.kill('n3');
  expect(adjacencyOf(lab.graph)).toEqual([[], [2], [1], []]);
  await lab.start('n3');
  const links = await lab.endpoints[3]?.client.request({ command: 'neighbours' });
  expect(links?.links.map(({ peer }) => peer)).toEqual([lab.peers[1]?.nodeId]);
  await expect(lab.broadcast('n1', 'x', { ttl: 2 })).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
});

test('the wait ends when the lists stand still, helps once, and gives up in time', async () => {
  const { lab } = await bringUp(topology, new MemoryDriver(), { checks: [] });
  let nowMs = 0;
  const until = async (atMs: number): Promise<void> => {
    nowMs = atMs;
  };
  const clock = { isVirtual: true, nowMs: () => nowMs, until };
  const now = () => lab.contextFor({});
  expect(await awaitMembership(now, { timeoutMs: 30_000, clock })).toMatchObject({ isFound: true });
  expect(nowMs).toBeGreaterThanOrEqual(3000);
  expect(nowMs).toBeLessThan(6000);
  const first = lab.endpoints[0]?.client.info.nodeId ?? '';
  await lab.endpoints[2]?.client.request({ command: 'disconnect', peer: first });
  nowMs = 0;
  const apart = await awaitMembership(now, { timeoutMs: 20_000, clock });
  expect(apart).toMatchObject({ isFound: false });
  expect(nowMs).toBe(20_000);
  nowMs = 0;
  const run = async (): Promise<void> => void (await lab.wire());
  const together = await awaitMembership(now, { timeoutMs: 20_000, clock, help: { afterMs: 5000, run } });
  expect(together).toMatchObject({ isFound: true });
  expect(nowMs).toBeGreaterThanOrEqual(8000);
});
