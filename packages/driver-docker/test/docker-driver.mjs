/** The Docker driver as the suite tries it, also from another process. PEERLAB_TEST_SPECS names engines, where it spans several. */
import { createDockerDriver } from '@peerlab/driver-docker';
import { INSTALLATION } from '@peerlab/installation';

/** @returns {import('@peerlab/driver').Driver} */
export function createDriver() {
  return createDockerDriver({
    peerBundle: INSTALLATION.peerProgram,
    version: '0.0.0-test',
    engines: JSON.parse(process.env.PEERLAB_TEST_SPECS ?? '[]'),
  });
}
