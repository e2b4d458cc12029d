/** A running lab: links, faults, settling, checks, explanations. Start at life/bring-up.ts and lab.ts. */
export {
  type CheckContext,
  type CheckName,
  type CheckResult,
  MAX_EXPLANATIONS,
  notesOf,
  plural,
  runningPeers,
  unpredictable,
} from './checks/check.ts';
export { surveyAtRest } from './checks/links.ts';
export { CHECKS, type VerifyOptions } from './checks/run-checks.ts';
export { isIncomplete, isPeersDoing } from './checks/run-or-fail.ts';
export { type Judged, type Plan, type Sending, sendAndJudge } from './checks/send-and-judge.ts';
export type { ActiveFault } from './faults/active-faults.ts';
export type { AppliedFault, MeasuredLatency, Recovery } from './faults/applied-fault.ts';
export { type ChaosResult, runChaos } from './faults/chaos.ts';
export { CHAOS_VERBS } from './faults/chaos-schedule.ts';
export { Lab } from './lab.ts';
export { type BringUpResult, bringUp, type StepName, type StepReport } from './life/bring-up.ts';
export { chooseDriver, type DriverChoice, findLab, listLabs } from './life/find-lab.ts';
export { type FoundLeftover, findLeftovers, type Removal, removeLeftovers } from './life/leftovers.ts';
export { planOf } from './life/plan.ts';
export { bringUpThrowAway } from './life/throw-away.ts';
export type { LinksBack, RecoveryOptions } from './links/await-links.ts';
export { unshapedNotes } from './links/shaping.ts';
export type { Endpoint, LinkFault } from './links/wiring.ts';
export { auditFlood, type Explanation } from './messages/explain.ts';
export type { MessageOutcome } from './messages/message-outcome.ts';
export type { Reception } from './messages/receptions.ts';
export type { SentMessage, Verdict, Violation } from './messages/verdict.ts';
export type { LabEvent } from './peers/watch.ts';
export { Recording, recordLab } from './recording.ts';
export { type SettleOptions, type SettleReport, settle } from './settling/settle.ts';
