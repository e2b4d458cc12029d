/** A lab's life: drivers, wiring, checks, reports. Start at bring-up.ts and lab.ts. */
export * from './bring-up.ts';
export type { CheckName, CheckResult } from './checks/check.ts';
export { CHECKS, type VerifyOptions } from './checks/run-checks.ts';
export * from './driver.ts';
export type { Explanation } from './explain.ts';
export * from './find-lab.ts';
export { type AttachOptions, Lab, type ReplyBounds } from './lab.ts';
export * from './lab-error.ts';
export { type CompareOptions, compareLabs, type Variant, type VariantResult } from './measure/compare-labs.ts';
export { type LabMeasurement, measureLab } from './measure/measure-lab.ts';
export { varyTopology } from './measure/vary-topology.ts';
export { DEFAULT_WORKLOAD, type Workload } from './measure/workload.ts';
export type { MessageOptions, MessageOutcome } from './message-outcome.ts';
export { type EventListener, PeerClient, type RequestOptions } from './peer-client.ts';
export { type PlanOptions, planOf } from './plan.ts';
export type { SettleOptions, SettleReport } from './settle.ts';
export type { LabEvent, WatchOptions } from './watch.ts';
export type { LinkFault, LinkSurvey } from './wiring.ts';
