/** The local driver passes the suite. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDriverConformance } from '@peerlab/driver-conformance';
import { createLocalDriver } from '@peerlab/orchestrator/drivers/local';
import { afterAll } from 'vitest';
import { localLeftovers } from './local-leftovers.ts';
import { PEER_BUNDLE } from './peer-bundle.ts';

const directory = mkdtempSync(join(tmpdir(), 'peerlab-conformance-'));
// For the owners that the suite starts as processes of their own.
process.env.PEERLAB_TEST_DIRECTORY = directory;
afterAll(() => rmSync(directory, { recursive: true }));

describeDriverConformance({
  name: 'local',
  createDriver: () => createLocalDriver({ peerProgram: [process.execPath, PEER_BUNDLE], runtimeDirectory: directory }),
  driverModule: new URL('./local-driver.mjs', import.meta.url).href,
  isolates: false,
  leftovers: lab => localLeftovers(directory, lab),
});
