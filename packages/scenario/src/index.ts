/** Scenarios, test runs and reports. Start at steps/run-scenario.ts and test-run/test-labs.ts. */
export { stepLines, wayLines } from './report/failure-text.ts';
export { githubAnnotations } from './report/github-annotations.ts';
export { junitXml } from './report/junit.ts';
export { type JunitCase, junitDocument } from './report/junit-document.ts';
export { markdownReport } from './report/markdown.ts';
export {
  type CapturedTraffic,
  claimsOf,
  hasPassed,
  type LabReport,
  type ReportedError,
  type RunReport,
  stepsThat,
} from './report/run-report.ts';
export { runScenario } from './steps/run-scenario.ts';
export type { ScenarioOptions } from './steps/scenario-context.ts';
export type { ScenarioResult, StepFinding } from './steps/step-finding.ts';
export { artifactsIn } from './test-run/artifacts.ts';
export type { LabObserver } from './test-run/lab-observer.ts';
export { testLab } from './test-run/test-lab.ts';
export { type LabToTest, type RefusedFile, reportWithoutLabs, testLabs } from './test-run/test-labs.ts';
export type { ProveLarge } from './test-run/test-large.ts';
