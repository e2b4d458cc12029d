/** The Docker driver. Start at docker-driver.ts. */
export { buildPeerImage } from './build-image.ts';
export { createDockerDriver } from './docker-driver.ts';
export { driverModule } from './driver-module.ts';
export type { PeerImage } from './image.ts';
export { openEngines } from './open-fleet.ts';
export type { DockerDriverOptions } from './options.ts';
export { requireEngine } from './require-engine.ts';
export { EngineGroup, type EnginesCheck, type PlannedJoin } from './swarm/engine-group.ts';
export type { EngineReport, EnginesReport, SilentReport } from './swarm/engine-report.ts';
export { type EngineProblem, judgeEngines } from './swarm/judge-engines.ts';
export type { JoinStep } from './swarm/plan-join.ts';
export type { LeaveStep } from './swarm/plan-leave.ts';
export type { EnginePath, PortAnswer } from './swarm/probe-engines.ts';
