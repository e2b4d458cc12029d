/** What is set on links reaches the peers at their ends: each direction its own, also of a peer that comes back. */
import type { LinkShape } from '@peerlab/conditions';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { parseTopology } from '@peerlab/topology';
import { expect, test } from 'vitest';
import { Lab } from '../lab.ts';
import { bringUp } from '../life/bring-up.ts';
import { findLab } from '../life/find-lab.ts';

/** A lab of four in a ring, which another command finds as well. */
async function ring(name: string, links = '') {
  const text = `name: ${name}\npeers: [n0, n1, n2, n3]\nlinks: [[n0, n1], [n1, n2], [n3, n2], ${links === '' ? '[n3, n0]' : links}]`;
  const driver = createSimulationDriver();
  const { lab, passed } = await bringUp(parseTopology(text, { file: 'ring.yaml' }), driver);
  expect(passed).toBe(true);
  return { lab, driver };
}

/** What a peer plays on what it sends to another. */
async function shapeAt(lab: Lab, from: number, to: number): Promise<LinkShape | undefined> {
  const told = await lab.endpoints[from]?.client.request({ command: 'shape' });
  const peer = lab.endpoints[to]?.client.info.nodeId;
  return told?.links.find(link => link.peer === peer)?.settings;
}

test('a drawn link whose directions differ has each direction played by the peer that sends', async () => {
  const { lab } = await ring('each-way', '{ between: [n3, n0], latencyMs: { there: 5, back: 20 }, jitterMs: 1 }');
  try {
    expect(await shapeAt(lab, 3, 0)).toEqual({ latencyMs: 5, jitterMs: 1 });
    expect(await shapeAt(lab, 0, 3)).toEqual({ latencyMs: 20, jitterMs: 1 });
    expect(await lab.faults()).toEqual([]);
    await lab.restart('n0');
    expect(await shapeAt(lab, 0, 3)).toEqual({ latencyMs: 20, jitterMs: 1 });
    const [n0] = lab.endpoints;
    const ping = await n0?.client.request({ command: 'ping', peer: lab.endpoints[3]?.client.info.nodeId ?? '' });
    expect(ping?.rttMs).toBeGreaterThanOrEqual(23);
  } finally {
    await lab.down();
  }
});

test('a killed peer is started by a command that has not looked at its links: one that is cut stays cut', async () => {
  const { lab, driver } = await ring('cut-and-killed');
  try {
    const other = await Lab.attach(await findLab([driver], lab.name), { isNew: false, opens: false });
    await lab.fault({ verb: 'link-down', links: [['n1', 'n2']] });
    await lab.kill('n2');
    await other.restart('n2');
    const { faults } = await other.links();
    expect(faults.map(({ detail }) => detail)).toEqual(['n1 and n2 are not linked: a fault cuts this link']);
    await other.heal();
    expect((await other.links()).faults).toEqual([]);
  } finally {
    await lab.down();
  }
});
