/** The local driver. Start at local-driver.ts. */

export { driverModule } from './driver-module.ts';
export { createLocalDriver } from './local-driver.ts';
export type { LocalDriverOptions } from './options.ts';
