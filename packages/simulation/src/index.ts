/** Peers in virtual time. Floods by the million start at flood/simulate-flood.ts, whole agents at peers/world.ts. */

export * from './flood/flood-input.ts';
export { COVER_PERCENTS, type CoverTimes, type FloodResult } from './flood/flood-result.ts';
export * from './flood/memory.ts';
export * from './flood/pace.ts';
export * from './flood/simulate-flood.ts';
export {
  AgentPeer,
  type AgentPeerEnd,
  type AgentPeerSpec,
  type CreateAgent,
  type LineListener,
} from './peers/agent-peer.ts';
export { type AgentsControl, simulateAgents } from './peers/simulate-agents.ts';
export type { EventKind } from './peers/wires.ts';
export { World, type WorldOptions } from './peers/world.ts';
export { FrameHeap } from './queue/frame-heap.ts';
export type { FrameQueue } from './queue/frame-queue.ts';
export { TimeWheel } from './queue/time-wheel.ts';
export * from './simulation-error.ts';
export * from './study/chart.ts';
export * from './study/metrics.ts';
export * from './study/setting.ts';
export * from './study/sweep.ts';
export * from './study/table.ts';
export { TraceHash } from './trace-hash.ts';
