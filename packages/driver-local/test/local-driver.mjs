/** The local driver as the suite tries it, also from another process. PEERLAB_TEST_DIRECTORY: where labs are found. */
import { createLocalDriver } from '@peerlab/driver-local';
import { INSTALLATION } from '@peerlab/installation';

/** @returns {import('@peerlab/driver').Driver} */
export function createDriver() {
  return createLocalDriver({
    peerProgram: [process.execPath, INSTALLATION.peerProgram],
    runtimeDirectory: process.env.PEERLAB_TEST_DIRECTORY ?? '',
  });
}
