/** The Docker driver as the suite tries it, also from another process. */
import { fileURLToPath } from 'node:url';
import { createDockerDriver } from '@peerlab/driver-docker';

/** @returns {import('@peerlab/driver').Driver} */
export function createDriver() {
  return createDockerDriver({
    peerBundle: fileURLToPath(new URL('../../node/dist/peer.mjs', import.meta.url)),
    version: '0.0.0-test',
  });
}
