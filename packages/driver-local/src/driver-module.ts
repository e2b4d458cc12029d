/** The local driver, as it is chosen by name. */
import { totalmem } from 'node:os';
import { DRIVER_CONTRACT, type DriverModule } from '@peerlab/driver';
import { createLocalDriver } from './local-driver.ts';
import { DEFAULT_PEER_FOOTPRINT_BYTES } from './options.ts';

/** See the module's header. */
export const driverModule: DriverModule = {
  contract: DRIVER_CONTRACT,
  name: 'local',
  describe: 'a process of this machine for each peer',
  isOfOneProcess: false,
  steps: ['network', 'peers'],
  create: ({ peerProgram }) => createLocalDriver({ peerProgram: [process.execPath, peerProgram] }),
  whyNotCarry: peerCount => {
    const bytes = peerCount * DEFAULT_PEER_FOOTPRINT_BYTES;
    if (bytes <= totalmem()) return undefined;
    return `as processes, because they would take ${Math.ceil(bytes / 2 ** 30).toLocaleString('en')} GiB of memory`;
  },
};
