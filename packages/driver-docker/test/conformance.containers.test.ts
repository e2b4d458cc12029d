/** The Docker driver passes the suite, where an engine answers. */
import { fileURLToPath } from 'node:url';
import { describeDriverConformance } from '@peerlab/driver/conformance';
import { describe } from 'vitest';
import { engineRequired } from '../src/engine-required.ts';
import { createDockerDriver } from '../src/index.ts';
import { findTc } from '../src/traffic-control.ts';
import { dockerLeftovers } from './docker-leftovers.ts';

/** Where the build leaves the project's peer. */
const PEER_BUNDLE = fileURLToPath(new URL('../../node/dist/peer.mjs', import.meta.url));

const engine = await engineRequired();

describe.skipIf(engine.skip)(`with Docker: ${engine.reason}`, () => {
  describeDriverConformance({
    name: 'docker',
    createDriver: () => createDockerDriver({ peerBundle: PEER_BUNDLE, version: '0.0.0-test' }),
    driverModule: new URL('./docker-driver.mjs', import.meta.url).href,
    capabilities: ['pause', 'isolate', 'usage', ...(findTc() === undefined ? [] : (['shapeInterface'] as const))],
    leftovers: dockerLeftovers,
    patienceMs: 60_000,
  });
});
