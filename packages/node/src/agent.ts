/** The real peer as a process in a lab, for packages of this workspace. It is no part of the published library. */
export { type CreateAgent, runAgentProcess } from './agent-process.ts';
export { readEnvironment } from './environment.ts';
export { VERSION } from './version.ts';
