/** The Docker driver, as it is chosen by name. */
import { DRIVER_CONTRACT, type DriverModule } from '@peerlab/driver';
import { createDockerDriver } from './docker-driver.ts';
import { DEFAULT_MAX_PEERS } from './options.ts';

/** See the module's header. */
export const driverModule: DriverModule = {
  contract: DRIVER_CONTRACT,
  name: 'docker',
  describe: 'a container for each peer, or for many: --pack',
  isOfOneProcess: false,
  takesEngines: true,
  packs: true,
  steps: ['image', 'network', 'peers'],
  create: ({ peerProgram, version, engines, pinned }) =>
    createDockerDriver({ peerBundle: peerProgram, version, engines, pinned }),
  whyNotCarry: peerCount =>
    peerCount > DEFAULT_MAX_PEERS
      ? `as containers, because one network bridge carries ${DEFAULT_MAX_PEERS.toLocaleString('en')}`
      : undefined,
};
