/** The driver interface, its errors, and the client of a peer. Start at driver.ts and running-lab.ts. */
export { type BrokenLine, breachOf } from './breach.ts';
export type { AsksTogether, Dial } from './capabilities/asks-together.ts';
export type { CanCapture, Capture, CaptureEnd, CaptureStream } from './capabilities/can-capture.ts';
export type { CanDial, DialOptions } from './capabilities/can-dial.ts';
export type {
  CanExec,
  ExecInput,
  ExecListener,
  ExecOptions,
  Execution,
  ExecutionEnd,
} from './capabilities/can-exec.ts';
export type { CanIsolate } from './capabilities/can-isolate.ts';
export type { CanPause } from './capabilities/can-pause.ts';
export type { Capabilities, CapabilityName, OfferedCapabilities } from './capabilities/capabilities.ts';
export { capability, capabilityIfAny, requireCapability } from './capabilities/capability.ts';
export type { CarriesFiles, CopyOptions } from './capabilities/carries-files.ts';
export type { CutsNetwork, Way } from './capabilities/cuts-network.ts';
export type { IsReproducible } from './capabilities/is-reproducible.ts';
export { Lacking } from './capabilities/lacking.ts';
export type { MeasuresUsage, PeerUsage } from './capabilities/measures-usage.ts';
export type { PassesTime } from './capabilities/passes-time.ts';
export type { PublishedPort, PublishesPorts } from './capabilities/publishes-ports.ts';
export type { NetemSettings, ShapesInterface } from './capabilities/shapes-interface.ts';
export { DRAIN_MS, type TcpdumpWish, TcpdumpWords, tcpdumpScript } from './capture/tcpdump.ts';
export { type ClaimHolder, type ClaimOptions, waitForClaim } from './claim.ts';
export type { Diagnosis, Probe, SilentEngine } from './diagnosis.ts';
export { dialFromHere } from './dial-from-here.ts';
export type { Driver, DriverName } from './driver.ts';
export { DRIVER_CONTRACT, type DriverInstallation, type DriverModule } from './driver-module.ts';
export { LEAVE_SIGNALS, requireEndSignal, survived } from './end-signal.ts';
export { ENGINE_NAME, type EngineSpec, parseEngineSpec, requireDistinctEngines } from './engine-spec.ts';
export { ChunkKeeper } from './execution/chunk-keeper.ts';
export { feedInput, type InputSink } from './execution/feed-input.ts';
export { type FinishedRun, type RunBounds, runToEnd } from './execution/run-to-end.ts';
export type { NetworkFacts, PeerFacts } from './facts.ts';
export { type FileTree, fileTree } from './files/file-tree.ts';
export { freshPath } from './files/fresh-path.ts';
export { clockOf, type LabClock, MACHINE_CLOCK } from './lab-clock.ts';
export { LabError, type LabErrorCode } from './lab-error.ts';
export type { LabSummary } from './lab-summary.ts';
export { LastWords } from './last-words.ts';
export type { Leftover } from './leftover.ts';
export type {
  ChannelEnd,
  LogOptions,
  PeerChannel,
  ProbeAnswer,
  ProgramCommandName,
  ProgramPeer,
} from './peer-channel.ts';
export { PeerClient } from './peer-client.ts';
export { peerEnvironment } from './peer-environment.ts';
export { type PeerFile, type PeerPlace, PeerTemplates } from './peer-templates.ts';
export {
  type LabPlan,
  type PackWish,
  type PeerNeeds,
  type PlannedKind,
  type PlannedPeer,
  type PlannedSecurity,
  type PortNeed,
  PUBLISHED_ADDRESS,
} from './plan.ts';
export { killProcesses, killStarted, type OwnProcess, ownProcesses } from './processes/own-processes.ts';
export { signalGroup } from './processes/process-group.ts';
export {
  fateOf,
  type ProcessFate,
  type ProcessIdentity,
  readIdentity,
  STARTER_VARIABLE,
  thisProcess,
  writeIdentity,
} from './processes/process-identity.ts';
export { readProc } from './processes/process-status.ts';
export type { Progress, WorkContext } from './progress.ts';
export type { RunningLab } from './running-lab.ts';
export { silenceText } from './silence.ts';
export { UnfinishedLine } from './unfinished-line.ts';
export { untilAborted } from './until-aborted.ts';
export type { WithoutEffect } from './without-effect.ts';
