/** A running lab: links, faults, settling, checks, explanations. Start at life/bring-up.ts and lab.ts. */

export { checkOptions } from './check-options.ts';
export {
  CHECK_CLAIMS,
  type CheckContext,
  type CheckFinding,
  type CheckName,
  checkFinding,
  clientAt,
  MAX_EXPLANATIONS,
  notesAtRest,
  openAtRest,
  openFrames,
  plural,
  runningPeers,
  unpredictable,
} from './checks/check.ts';
export { linkExplanations, membershipView, openLinks, surveyAtRest } from './checks/links.ts';
export { type ProbedPair, probedPairs, probePairs } from './checks/probe.ts';
export { CHECKS, type VerifyOptions } from './checks/run-checks.ts';
export { broughtToNoEnd, checkLeftOut, isIncomplete, isPeersDoing } from './checks/run-or-fail.ts';
export type { ActiveFault } from './faults/active-faults.ts';
export type { AppliedFault, MeasuredLatency, Recovery } from './faults/applied-fault.ts';
export { type ChaosResult, runChaos } from './faults/chaos.ts';
export { CHAOS_VERBS } from './faults/chaos-schedule.ts';
export { Lab, type LabPeer } from './lab.ts';
export {
  type BringUpResult,
  bringUp,
  CLOSING_STATES,
  type StepName,
  type StepReport,
} from './life/bring-up.ts';
export { chooseDriver, type DriverChoice, findLab, listLabs, surveyLabs, type Unasked } from './life/find-lab.ts';
export { type FoundLeftover, findLeftovers, type Removal, removeLeftovers } from './life/leftovers.ts';
export { neededBy, needsInWords, needsNotes } from './life/needs-notes.ts';
export { planOf } from './life/plan.ts';
export { securityNotes } from './life/security-notes.ts';
export { bringUpThrowAway } from './life/throw-away.ts';
export { topologyOf } from './life/topology-of.ts';
export type { LinksBack, RecoveryOptions } from './links/await-links.ts';
export { judgeMembership, type MembershipClaim } from './links/judge-membership.ts';
export type { Endpoint } from './links/linked-lab.ts';
export { readMembership } from './links/membership.ts';
export { noPathText } from './links/no-path.ts';
export { unshapedNotes } from './links/shaping.ts';
export type { Underlay } from './links/underlay.ts';
export type { LinkFault } from './links/wiring.ts';
export type { WholeMessages } from './messages/alike-messages.ts';
export type { ArrivalOptions } from './messages/await-arrivals.ts';
export { countFrames, type FrameCount } from './messages/frame-count.ts';
export type { JudgedMessage, SentMessage, Violation } from './messages/judge-message.ts';
export type { Reception } from './messages/reception.ts';
export {
  type JudgedMessages,
  type Plan,
  type Sending,
  sendAndJudge,
  type TimedMessage,
} from './messages/send-and-judge.ts';
export type { MessageFinding } from './messages/send-message.ts';
export { UntoldEvents } from './messages/untold-events.ts';
export type { LabEvent } from './peers/watch.ts';
export { Recording, recordLab } from './recording.ts';
export { isOthersDoing, type SettleOptions, type SettleReport, settle } from './settling/settle.ts';
