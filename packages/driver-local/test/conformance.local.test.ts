/** The local driver passes the suite. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDriverConformance } from '@peerlab/driver/conformance';
import { INSTALLATION } from '@peerlab/installation';
import { afterAll } from 'vitest';
import { hasTcpdump } from '../src/capture.ts';
import { createLocalDriver } from '../src/index.ts';
import { localLeftovers } from './local-leftovers.ts';

const directory = mkdtempSync(join(tmpdir(), 'peerlab-conformance-'));
// For the owners that the suite starts as processes of their own.
process.env.PEERLAB_TEST_DIRECTORY = directory;
afterAll(() => rmSync(directory, { recursive: true }));

describeDriverConformance({
  name: 'local',
  createDriver: () =>
    createLocalDriver({ peerProgram: [process.execPath, INSTALLATION.peerProgram], runtimeDirectory: directory }),
  driverModule: new URL('./local-driver.mjs', import.meta.url).href,
  capabilities: ['exec', 'files', 'pause', 'dial', 'usage', ...(hasTcpdump() ? (['capture'] as const) : [])],
  leftovers: lab => localLeftovers(directory, lab),
});
