/** The Docker driver. Start at docker-driver.ts. */
export { buildPeerImage } from './build-image.ts';
export { createDockerDriver } from './docker-driver.ts';
export { driverModule } from './driver-module.ts';
export type { PeerImage } from './image.ts';
export { openEngines } from './open-fleet.ts';
export type { DockerDriverOptions } from './options.ts';
export { requireEngine } from './require-engine.ts';
