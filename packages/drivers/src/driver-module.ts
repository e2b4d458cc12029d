/** From a name to the driver's module. */
import type { DriverModule, DriverName } from '@peerlab/driver';
import { DRIVER_NAMES, DRIVERS } from './list.ts';
import { outsideDriver } from './outside-drivers.ts';

/**
 * The driver of that name: of the list, or of the package `peerlab-driver-NAME`, found from the folder.
 * @throws {LabError} `NOT_SUPPORTED`
 */
export async function driverModule(name: DriverName, folder?: string): Promise<DriverModule> {
  const listed = DRIVERS.get(name);
  return listed === undefined ? await outsideDriver(name, folder) : (await listed.load()).driverModule;
}

/**
 * The drivers whose labs outlive the command that made them, the preferred one first: those of the list, then those that
 * the environment variable PEERLAB_DRIVERS names, such as `kubernetes,firecracker`. `-docker` leaves one out.
 * @throws {LabError} `NOT_SUPPORTED` for a name of the variable that leads nowhere
 */
export async function lastingModules(folder?: string): Promise<readonly DriverModule[]> {
  const listed = DRIVER_NAMES.filter(name => DRIVERS.get(name)?.lasts === true);
  const named = (process.env.PEERLAB_DRIVERS ?? '').split(',').map(name => name.trim());
  const leftOut = new Set(named.filter(name => name.startsWith('-')).map(name => name.slice(1)));
  const added = named.filter(name => name !== '' && !name.startsWith('-'));
  const names = new Set([...listed, ...added].filter(name => !leftOut.has(name)));
  const modules = await Promise.all([...names].map(async name => await driverModule(name, folder)));
  return modules.filter(({ isOfOneProcess }) => !isOfOneProcess);
}
