/** Which driver `lab up` uses: the one that was asked for, or `auto`; a lab that runs already stays where it is. */

import { LabError } from '@peerlab/driver';
import { chooseDriver, type DriverChoice } from '@peerlab/lab';
import { loadDrivers } from './drivers.ts';
import { reachableDrivers } from './labs.ts';

/** What `--driver` takes. */
export type RequestedDriver = 'auto' | 'docker' | 'local' | 'simulation';

/** A driver, why it was chosen, and whether the lab is there already. */
export interface LabPlace extends DriverChoice {
  readonly exists: boolean;
}

/**
 * Chooses the driver for a lab of that name.
 * @throws {LabError} `ENGINE_UNREACHABLE`; `NAME_TAKEN` when the lab runs on another driver than the one asked for
 */
export async function chooseDriverFor(name: string, requested: RequestedDriver): Promise<LabPlace> {
  if (requested === 'simulation') {
    // Its labs are of this process alone: there is none yet, and labs elsewhere are not in its way.
    const { createSimulationDriver } = await import('@peerlab/driver-simulation');
    const driver = createSimulationDriver();
    return { driver, reason: (await driver.probe()).reason, exists: false };
  }
  const { drivers } = await reachableDrivers();
  const found = await Promise.all(
    drivers.map(async driver => ((await driver.find(name)) === undefined ? [] : [driver])),
  );
  const [holder] = found.flat();
  if (holder === undefined) return { ...(await chooseDriver(requested, await loadDrivers())), exists: false };
  if (holder.name === requested) return { ...(await chooseDriver(requested, [holder])), exists: true };
  if (requested === 'auto') return { driver: holder, reason: `${name} runs there already`, exists: true };
  throw new LabError('NAME_TAKEN', `${name} runs already, on the driver ${holder.name}`, {
    advice: `remove it first (lab down ${name}), or choose another name with --name`,
  });
}
