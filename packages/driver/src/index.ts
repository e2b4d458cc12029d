/** The driver interface, its errors, and the client of a peer. Start at driver.ts. */
export {
  type ChannelEnd,
  type Diagnosis,
  type Driver,
  type DriverName,
  type LabPlan,
  type LabSummary,
  type Leftover,
  type LogOptions,
  type NetemSettings,
  type NetworkFacts,
  type PeerChannel,
  type PeerFacts,
  type PeerUsage,
  type PlannedKind,
  type PlannedPeer,
  type Probe,
  type Progress,
  peerEnvironment,
  type RunningLab,
  type WorkContext,
} from './driver.ts';
export { LEAVE_SIGNALS, requireEndSignal, survived } from './end-signal.ts';
export { clockOf, type LabClock } from './lab-clock.ts';
export { LabError, type LabErrorCode } from './lab-error.ts';
export { PeerClient } from './peer-client.ts';
export { startedAtMs, startedAtTicks } from './process-start.ts';
export { untilAborted } from './until-aborted.ts';
