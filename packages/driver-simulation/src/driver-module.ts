/** The simulation, as it is chosen by name. */
import { DRIVER_CONTRACT, type DriverModule } from '@peerlab/driver';
import { createSimulationDriver } from './simulation-driver.ts';

/** See the module's header. */
export const driverModule: DriverModule = {
  contract: DRIVER_CONTRACT,
  name: 'simulation',
  describe: 'in virtual time, gone with the command',
  isOfOneProcess: true,
  isVirtual: true,
  steps: ['network', 'peers'],
  create: () => createSimulationDriver(),
  // What is too many for whole agents is flooded over arrays: packages/large-lab.
  whyNotCarry: () => undefined,
};
