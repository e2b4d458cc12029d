/** The real peer. The program of the container is peer-main.ts. */
export { type ControlStreams, type CreateAgent, runAgentProcess } from './agent-process.ts';
export { type Address, readEnvironment, type Start } from './environment.ts';
export { VERSION } from './version.ts';
