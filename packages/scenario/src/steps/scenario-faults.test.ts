/** What a scenario knows of its faults between the steps. */
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { bringUp } from '@peerlab/lab';
import { parseTopology } from '@peerlab/topology';
import { expect, test } from 'vitest';
import { ScenarioFaults } from './scenario-faults.ts';

test('a killed peer may be away, a restarted one may not: if it ends later, that is a finding', async () => {
  const topology = parseTopology('{ topology: { generator: ring, peers: 4 } }', { file: 'r.yaml' });
  const { lab } = await bringUp(topology, createSimulationDriver(), { ephemeral: true, checks: [] });
  try {
    const faults = new ScenarioFaults(lab, () => undefined);
    await faults.apply({ fault: { verb: 'kill', peers: ['n1'] } });
    await faults.apply({ fault: { verb: 'restart', peers: ['n2'] } });
    expect(['n1', 'n2'].map(peer => faults.isDown(peer))).toEqual([true, false]);
    await faults.close();
  } finally {
    await lab.down();
  }
});
