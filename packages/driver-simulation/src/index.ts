/** The simulation driver. Start at simulation-driver.ts. */
export { driverModule } from './driver-module.ts';
export type { ProgramAgent } from './simulated-lab.ts';
export { createSimulationDriver, type SimulationDriverOptions } from './simulation-driver.ts';
