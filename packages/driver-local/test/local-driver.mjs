/** The local driver as the suite tries it, also from another process. PEERLAB_TEST_DIRECTORY: where labs are found. */
import { fileURLToPath } from 'node:url';
import { createLocalDriver } from '@peerlab/driver-local';

const peer = fileURLToPath(new URL('../../node/dist/peer.mjs', import.meta.url));

/** @returns {import('@peerlab/driver').Driver} */
export function createDriver() {
  return createLocalDriver({
    peerProgram: [process.execPath, peer],
    runtimeDirectory: process.env.PEERLAB_TEST_DIRECTORY ?? '',
  });
}
