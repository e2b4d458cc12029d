/** What a lab does to its peers, on peers in memory: channels, links and the oracle's graph follow. */

import { line, MemoryDriver, ring } from '@peerlab/driver-memory';
import { adjacencyOf, neighboursOf } from '@peerlab/graph';
import { describe, expect, test } from 'vitest';
import type { CheckFinding } from './checks/check.ts';
import type { Lab } from './lab.ts';
import { bringUp } from './life/bring-up.ts';
import { openLab } from './life/find-lab.ts';

async function up(
  programs: Readonly<Record<string, readonly string[]>> = {},
): Promise<{ lab: Lab; driver: MemoryDriver }> {
  const driver = new MemoryDriver();
  const { lab, passed } = await bringUp(ring(5), driver, { programs, settle: { stalledMs: 50 } });
  expect(passed).toBe(true);
  return { lab, driver };
}

const failures = (checks: readonly CheckFinding[]): string[] =>
  checks.filter(({ verdict }) => verdict !== 'proven').map(({ name }) => name);

const names = (lab: Lab): (string | undefined)[] => lab.endpoints.map(end => end?.client.name);

describe('a killed peer', () => {
  test('is left out of the graph, and its neighbours are still proven', async () => {
    const { lab } = await up();
    await lab.kill('n2');
    expect(names(lab)).toEqual(['n0', 'n1', undefined, 'n3', 'n4']);
    expect(neighboursOf(lab.graph, 2)).toEqual([]);
    expect(failures(await lab.verify({ checks: ['broadcast', 'ttl', 'dm'] }))).toEqual([]);
    await expect(lab.kill('n2')).rejects.toMatchObject({ code: 'PEER_FAILED' });
    await expect(lab.broadcast('n2', 'x')).rejects.toMatchObject({ code: 'PEER_FAILED' });
  });

  test('is back after start, ready and linked as drawn', async () => {
    const { lab } = await up();
    const before = lab.peers[2];
    await lab.kill('n2');
    await lab.start('n2');
    expect(lab.peers[2]).toEqual(before);
    expect(await lab.links()).toMatchObject({ drawn: 5, up: 5, faults: [] });
    expect(failures(await lab.verify())).toEqual([]);
  });

  test('is heard once, also where several are started at the same time', async () => {
    const { lab } = await up();
    await Promise.all([lab.kill('n1'), lab.kill('n3')]);
    await Promise.all([lab.start('n1'), lab.start('n3')]);
    expect(failures(await lab.verify())).toEqual([]);
  });

  test('that another one has started again is found by refresh', async () => {
    const { lab, driver } = await up();
    const other = await openLab([driver], lab.name);
    await other.kill('n1');
    await other.start('n1');
    await lab.refresh();
    expect(names(lab)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
    expect(failures(await lab.verify())).toEqual([]);
  });
});

test('restart has a peer leave and come back, also one that does not run', async () => {
  const { lab } = await up();
  await lab.restart('n0');
  expect(failures(await lab.verify())).toEqual([]);
  await lab.stop('n0');
  await lab.restart('n0');
  expect(failures(await lab.verify())).toEqual([]);
});

test('a peer that comes back as another node is named, with both ids', async () => {
  const { lab } = await up({ n1: ['incognito'] });
  const [own, other] = [lab.peers[1]?.nodeId, lab.peers[0]?.nodeId];
  const { notes } = await lab.fault({ verb: 'restart', peers: ['n0', 'n1'] });
  expect(notes).toEqual([
    `n1 lost its identity: it came back as ${lab.peers[1]?.nodeId}, and was ${own}; keep its state in a volume`,
  ]);
  expect([lab.peers[1]?.nodeId === own, lab.peers[0]?.nodeId]).toEqual([false, other]);
  await lab.fault({ verb: 'kill', peers: ['n1'] });
  expect((await lab.heal()).renewed).toEqual([expect.stringMatching(/^n1 lost its identity: /)]);
  expect(failures(await lab.verify())).toEqual([]);
});

test('a paused peer is left out until it goes on', async () => {
  const { lab, driver } = await up();
  await lab.pause('n3');
  expect(names(lab)).toEqual(['n0', 'n1', 'n2', undefined, 'n4']);
  const late = await openLab([driver], lab.name);
  expect(names(late)).toEqual(names(lab));
  await lab.settled();
  await lab.unpause('n3');
  expect(failures(await lab.verify())).toEqual([]);
  await late.refresh();
  expect(names(late)).toEqual(names(lab));
});

test('an isolated peer answers, and is off the graph until it rejoins', async () => {
  const driver = new MemoryDriver();
  const { lab } = await bringUp(line(3), driver);
  await lab.isolate('n1');
  expect(lab.peers[1]?.isolated).toBe(true);
  expect(adjacencyOf(lab.graph)).toEqual([[], [], []]);
  await lab.endpoints[1]?.client.request({ command: 'info' });
  await lab.endpoints[0]?.client.request({ command: 'broadcast', payload: 'to nobody' });
  await lab.settled();
  await lab.rejoin('n1');
  expect(failures(await lab.verify())).toEqual([]);
});

test('a peer that is not in the topology is refused with the nearest name', async () => {
  const { lab } = await up();
  await expect(lab.pause('n33')).rejects.toMatchObject({ code: 'NO_SUCH_PEER', advice: expect.stringContaining('n3') });
});
