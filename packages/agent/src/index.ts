/** The control agent, without I/O. Start at agent.ts. */
export { Agent, type AgentSettings } from './agent.ts';
export type { AgentHost, DialOutcome } from './agent-host.ts';
export type { TextCodec } from './payload.ts';
