/** A lab's life: drivers, wiring, checks, reports. Start at bring-up.ts and lab.ts. */
export * from './bring-up.ts';
export type { CheckName, CheckResult } from './checks/check.ts';
export * from './driver.ts';
export type { Explanation } from './explain.ts';
export * from './find-lab.ts';
export { CHECKS, Lab, type LabEvent, type MessageOutcome, type VerifyOptions } from './lab.ts';
export * from './lab-error.ts';
export { type EventListener, PeerClient, type RequestOptions } from './peer-client.ts';
export { type PlanOptions, planOf } from './plan.ts';
export type { SettleOptions, SettleReport } from './settle.ts';
export type { LinkFault, LinkSurvey } from './wiring.ts';
