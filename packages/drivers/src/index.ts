/** The drivers by name. The list is list.ts. */

export { driverModule, lastingModules } from './driver-module.ts';
export { DRIVER_NAMES } from './list.ts';
export { isOutsideName, outsideDriverNames, outsidePackage } from './outside-drivers.ts';
