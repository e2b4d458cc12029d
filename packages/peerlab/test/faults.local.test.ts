/** Faults on the simulation and on processes; on containers: faults.containers.test.ts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalDriver } from '@peerlab/driver-local';
import { createSimulationDriver } from '@peerlab/driver-simulation';
import { INSTALLATION } from '@peerlab/installation';
import { afterAll } from 'vitest';
import { describeFaults } from './faults.ts';

const runtimeDirectory = mkdtempSync(join(tmpdir(), 'peerlab-faults-'));
afterAll(() => rmSync(runtimeDirectory, { recursive: true }));

describeFaults({
  name: 'simulation',
  createDriver: createSimulationDriver,
  boundMs: 60_000,
  canIsolate: true,
  isWhole: true,
});
describeFaults({
  name: 'local',
  createDriver: () =>
    createLocalDriver({ peerProgram: [process.execPath, INSTALLATION.peerProgram], runtimeDirectory }),
  boundMs: 120_000,
  canIsolate: false,
  isWhole: true,
});
