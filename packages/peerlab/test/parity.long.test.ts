/**
 * One verdict, whatever the driver: every topology of topologies/ gives the same checks with the same numbers, the
 * frames of its floods among them, in virtual time and on processes with real sockets. On containers, and a large one on
 * processes: parity.containers.test.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { afterAll, describe, expect, it } from 'vitest';
import { FRAMES, isLarge, onProcesses, TOPOLOGIES, verdictOf } from './verdict-of.ts';

const directory = mkdtempSync(join(tmpdir(), 'peerlab-parity-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe.each(TOPOLOGIES.map(topology => [topology.name, topology] as const))('%s', (_, topology) => {
  it('passes in virtual time; where it is not large, the same way twice and with the same numbers on processes', async () => {
    const simulated = await verdictOf(topology, createSimulationDriver());
    expect(simulated.passed).toBe(true);
    expect(simulated.checks.find(({ name: check }) => check === 'broadcast')?.observed).toMatch(FRAMES);
    if (isLarge(topology)) return;
    expect(await verdictOf(topology, createSimulationDriver())).toEqual(simulated);
    const { checks, passed } = await onProcesses(topology, directory);
    expect({ checks, passed }).toEqual({ checks: simulated.checks, passed: true });
  });
});
