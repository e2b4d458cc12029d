/** The local driver passes the suite. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeDriverConformance } from '@peerlab/driver/conformance';
import { afterAll } from 'vitest';
import { createLocalDriver } from '../src/index.ts';
import { localLeftovers } from './local-leftovers.ts';

/** Where the build leaves the project's peer. */
const PEER_BUNDLE = fileURLToPath(new URL('../../node/dist/peer.mjs', import.meta.url));

const directory = mkdtempSync(join(tmpdir(), 'peerlab-conformance-'));
// For the owners that the suite starts as processes of their own.
process.env.PEERLAB_TEST_DIRECTORY = directory;
afterAll(() => rmSync(directory, { recursive: true }));

describeDriverConformance({
  name: 'local',
  createDriver: () => createLocalDriver({ peerProgram: [process.execPath, PEER_BUNDLE], runtimeDirectory: directory }),
  driverModule: new URL('./local-driver.mjs', import.meta.url).href,
  capabilities: ['pause', 'usage'],
  leftovers: lab => localLeftovers(directory, lab),
});
