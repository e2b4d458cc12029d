/**
 * The drivers by name, for who uses the lab as a library: the one place that knows them all. Each is loaded when it is asked for.
 */
import type { Driver, DriverName } from '@peerlab/driver';
import { INSTALLATION } from '@peerlab/installation';
import { chooseDriver } from '@peerlab/lab';

/** @throws {LabError} `ENGINE_UNREACHABLE` when it cannot work here */
export async function driverByName(name: 'auto' | DriverName): Promise<Driver> {
  if (name === 'simulation') {
    const { createSimulationDriver } = await import('@peerlab/driver-simulation');
    return createSimulationDriver();
  }
  const [{ createDockerDriver }, { createLocalDriver }] = await Promise.all([
    import('@peerlab/driver-docker'),
    import('@peerlab/driver-local'),
  ]);
  const { peerProgram, version } = INSTALLATION;
  const { driver } = await chooseDriver(name, [
    createDockerDriver({ peerBundle: peerProgram, version }),
    createLocalDriver({ peerProgram: [process.execPath, peerProgram] }),
  ]);
  return driver;
}
