/** The Docker driver as the suite tries it, also from another process. PEERLAB_TEST_SPECS names engines, where it spans several. */
import { createDockerDriver } from '@peerlab/driver-docker';
import { INSTALLATION } from '@peerlab/installation';

const pack = Number(process.env.PEERLAB_CONFORMANCE_PACK ?? 0);

/** @returns {import('@peerlab/driver').Driver} */
export function createDriver() {
  const driver = createDockerDriver({
    peerBundle: INSTALLATION.peerProgram,
    version: '0.0.0-test',
    engines: JSON.parse(process.env.PEERLAB_TEST_SPECS ?? '[]'),
  });
  const up = driver.up.bind(driver);
  if (pack > 0) driver.up = (plan, context) => up({ ...plan, pack }, context);
  return driver;
}
