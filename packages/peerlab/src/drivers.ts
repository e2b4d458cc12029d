/**
 * The drivers by name, for who uses the lab as a library: the one place that knows them all. Each is loaded when it is asked for;
 * the peer's own program is that of @peerlab/node.
 */
import { createRequire } from 'node:module';
import type { Driver, DriverName } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { chooseDriver } from '@peerlab/lab';

const load = createRequire(import.meta.url);

/** @throws {LabError} `ENGINE_UNREACHABLE` when it cannot work here; `NOT_SUPPORTED` without @peerlab/node */
export async function driverByName(name: 'auto' | DriverName): Promise<Driver> {
  if (name === 'simulation') {
    const { createSimulationDriver } = await import('@peerlab/driver-simulation');
    return createSimulationDriver();
  }
  const [{ createDockerDriver }, { createLocalDriver }] = await Promise.all([
    import('@peerlab/driver-docker'),
    import('@peerlab/driver-local'),
  ]);
  const peer = peerProgram();
  const { version }: { version: string } = load('../package.json');
  const { driver } = await chooseDriver(name, [
    createDockerDriver({ peerBundle: peer, version }),
    createLocalDriver({ peerProgram: [process.execPath, peer] }),
  ]);
  return driver;
}

function peerProgram(): string {
  try {
    return load.resolve('@peerlab/node/peer');
  } catch (cause) {
    throw new LabError('NOT_SUPPORTED', 'the peers run @peerlab/node, which is not installed', {
      advice: 'npm install @peerlab/node, or take the driver simulation, which needs none',
      cause,
    });
  }
}
