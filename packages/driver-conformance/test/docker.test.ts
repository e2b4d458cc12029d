/** The Docker driver passes the suite, where an engine answers. */
import { describeDriverConformance } from '@peerlab/driver-conformance';
import { createDockerDriver, engineRequired } from '@peerlab/orchestrator/drivers/docker';
import { describe } from 'vitest';
import { dockerLeftovers } from './docker-leftovers.ts';
import { PEER_BUNDLE } from './peer-bundle.ts';

const engine = await engineRequired();

describe.skipIf(engine.skip)(`with Docker: ${engine.reason}`, () => {
  describeDriverConformance({
    name: 'docker',
    createDriver: () => createDockerDriver({ peerBundle: PEER_BUNDLE, version: '0.0.0-test' }),
    driverModule: new URL('./docker-driver.mjs', import.meta.url).href,
    leftovers: dockerLeftovers,
    patienceMs: 60_000,
  });
});
