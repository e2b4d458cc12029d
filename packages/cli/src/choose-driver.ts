/** Which driver a verb uses: the one that was asked for, or `auto`; a lab that runs already stays where it is. */

import { LabError } from '@peerlab/driver';
import { driverModule, lastingModules } from '@peerlab/drivers';
import { chooseDriver, type DriverChoice, type Unasked } from '@peerlab/lab';
import type { RequestedDriver } from './driver-option.ts';
import { areEnginesAsked, createDriver, loadDrivers, namedEngines } from './drivers.ts';
import { UsageError } from './exit.ts';
import { reachableDrivers } from './labs.ts';

/** A driver, why it was chosen, and whether the lab is there already. */
export interface LabPlace extends DriverChoice {
  readonly exists: boolean;
  /** Drivers that may have a lab of that name, and could not be asked. */
  readonly unasked: readonly Unasked[];
}

/** Chooses the driver, whatever labs run. @throws {LabError} `ENGINE_UNREACHABLE`; `NOT_SUPPORTED` for an unknown name */
export async function chooseRequested(asked: RequestedDriver): Promise<DriverChoice> {
  const requested = await withEngines(asked);
  const drivers = await loadDriversFor(requested);
  return await chooseDriver(requested, drivers);
}

/**
 * Chooses the driver for a lab of that name.
 * @throws {LabError} `ENGINE_UNREACHABLE`; `NAME_TAKEN` when the lab runs on another driver than the one asked for; `NOT_SUPPORTED` for an
 *   unknown name
 */
export async function chooseDriverFor(name: string, asked: RequestedDriver): Promise<LabPlace> {
  const requested = await withEngines(asked);
  if (requested !== 'auto' && (await driverModule(requested)).isOfOneProcess) {
    // Its labs are of this process alone: there is none yet, and labs elsewhere are not in its way.
    return { ...(await chooseRequested(requested)), exists: false, unasked: [] };
  }
  const { drivers, unasked } = await reachableDrivers(await loadDriversFor(requested));
  const found = await Promise.all(
    drivers.map(async driver => ((await driver.find(name)) === undefined ? [] : [driver])),
  );
  const [holder] = found.flat();
  if (holder === undefined) return { ...(await chooseRequested(requested)), exists: false, unasked };
  if (holder.name === requested) return { ...(await chooseDriver(requested, [holder])), exists: true, unasked };
  if (requested === 'auto')
    return { driver: holder, reason: `${name} is already running there`, exists: true, unasked };
  throw new LabError('NAME_TAKEN', `${name} is already running on the driver ${holder.name}`, {
    advice: `remove it first (lab down ${name}), or choose another name with --name`,
  });
}

/** Named engines mean the driver that takes them. @throws {UsageError} where another one was asked for */
async function withEngines(requested: RequestedDriver): Promise<RequestedDriver> {
  // Those of the settings file do not stand against the driver that a command asks for.
  if (namedEngines() === undefined || !(requested === 'auto' || areEnginesAsked())) return requested;
  const modules = requested === 'auto' ? await lastingModules() : [await driverModule(requested)];
  const taking = modules.find(({ takesEngines }) => takesEngines === true);
  if (taking !== undefined) return taking.name;
  throw new UsageError(`--engine is not for the driver ${requested}`, 'leave it out, or use --driver docker');
}

/** The drivers that labs can outlive a command on, and the one that was asked for. */
async function loadDriversFor(requested: RequestedDriver): ReturnType<typeof loadDrivers> {
  if (requested === 'auto') return await loadDrivers();
  const module = await driverModule(requested);
  if (module.isOfOneProcess) return [createDriver(module)];
  const drivers = await loadDrivers();
  return drivers.some(({ name }) => name === requested) ? drivers : [...drivers, createDriver(module)];
}
