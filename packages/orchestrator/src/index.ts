/** A lab's life: drivers, wiring, checks, reports. Start at bring-up.ts and lab.ts. */
export * from './bring-up.ts';
export type { CheckName, CheckResult } from './checks/check.ts';
export { CHECKS, type VerifyOptions } from './checks/run-checks.ts';
export * from './driver.ts';
export type { AttachOptions, ReplyBounds } from './endpoints.ts';
export type { Explanation } from './explain.ts';
export { type ChaosEvent, type ChaosOptions, type ChaosResult, runChaos } from './faults/chaos.ts';
export { CHAOS_VERBS, type ChaosPlan, chaosSchedule, type ScheduledFault } from './faults/chaos-schedule.ts';
export * from './faults/fault.ts';
export type { RecoveryOptions } from './faults/lab-faults.ts';
export * from './find-lab.ts';
export { Lab } from './lab.ts';
export * from './lab-error.ts';
export * from './leftovers.ts';
export { type CompareOptions, compareLabs, type Variant, type VariantResult } from './measure/compare-labs.ts';
export { type LabMeasurement, measureLab } from './measure/measure-lab.ts';
export { kindNames, varyTopology } from './measure/vary-topology.ts';
export { DEFAULT_WORKLOAD, type Workload } from './measure/workload.ts';
export type { MessageOptions, MessageOutcome } from './message-outcome.ts';
export { type EventListener, PeerClient, type RequestOptions } from './peer-client.ts';
export { type PlanOptions, planOf } from './plan.ts';

export { Recording, type RecordOptions, recordLab } from './recording.ts';
export { stepLines } from './report/failure-text.ts';
export { githubAnnotations } from './report/github-annotations.ts';
export { junitXml } from './report/junit.ts';
export { markdownReport } from './report/markdown.ts';
export * from './report/run-report.ts';
export type { ScenarioResult, StepOutcome } from './scenario/outcome.ts';
export { runScenario, type ScenarioOptions } from './scenario/run-scenario.ts';

export type { SettleOptions, SettleReport } from './settle.ts';
export { artifactsIn } from './test-run/artifacts.ts';
export { type TestLabOptions, testLab, type Witness } from './test-run/test-lab.ts';
export { type LabToTest, type TestLabsOptions, testLabs } from './test-run/test-labs.ts';
export type { ProveLarge } from './test-run/test-large.ts';
export type { LabEvent, WatchOptions } from './watch.ts';
export type { LinkFault, LinkSurvey } from './wiring.ts';
