/** A driver by name, for who uses the lab as a library. */
import type { Driver, DriverName } from '@peerlab/driver';
import { driverModule, lastingModules } from '@peerlab/drivers';
import { INSTALLATION } from '@peerlab/installation';
import { chooseDriver } from '@peerlab/lab';

/** @throws {LabError} `ENGINE_UNREACHABLE` when it cannot work here; `NOT_SUPPORTED` for an unknown name */
export async function driverByName(name: DriverName): Promise<Driver> {
  const modules = name === 'auto' ? await lastingModules() : [await driverModule(name)];
  const { driver } = await chooseDriver(
    name,
    modules.map(module => module.create(INSTALLATION)),
  );
  return driver;
}
