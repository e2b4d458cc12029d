/** One lab of `lab test`: from nothing, through its scenario, to nothing again, whatever happens. */

import type { Driver, RunningLab } from '@peerlab/driver';
import { capabilityIfAny } from '@peerlab/driver';
import type { Lab } from '@peerlab/lab';
import { bringUpThrowAway, CHECKS, needsNotes, securityNotes } from '@peerlab/lab';
import type { Scenario, Topology } from '@peerlab/topology';
import type { LabTraceEvent } from '@peerlab/trace';
import { hasPassed, type LabReport, toldSteps } from '../report/run-report.ts';
import { runScenario } from '../steps/run-scenario.ts';
import type { StepFinding } from '../steps/step-finding.ts';
import { blankReport, reportedError } from './blank-report.ts';
import type { LabObserver } from './lab-observer.ts';
import { replayPageIn } from './replay-page.ts';
import { requireDoable } from './require-doable.ts';

/** How a lab is tested. */
export interface TestLabOptions {
  readonly signal?: AbortSignal | undefined;
  /** Programs to run as some of the peers, by peer name. */
  readonly programs?: Readonly<Record<string, readonly string[]>> | undefined;
  /** In place of the bound of the whole that the scenario has, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** The timeout of steps without their own, instead of the scenario's, in milliseconds. */
  readonly stepTimeoutMs?: number | undefined;
  /** How long a peer may take from its start to its `ready`, in milliseconds. */
  readonly readyTimeoutMs?: number | undefined;
  readonly onStep?: ((finding: StepFinding) => void) | undefined;
  /** Makes the observer of a lab; see artifacts.ts. @default none */
  readonly observer?: ((topology: Topology, driver: Driver) => LabObserver) | undefined;
}

/** The scenario of a file that has none: the default checks. */
const DEFAULT: Scenario = {
  timeoutMs: 300_000,
  stepTimeoutMs: 120_000,
  steps: [{ kind: 'checks', checks: CHECKS, line: 0, path: '' }],
};

/**
 * See the module's header. What goes wrong is in the report, never thrown.
 * @param file as the user named it
 */
export async function testLab(
  file: string,
  topology: Topology,
  driver: Driver,
  options: TestLabOptions = {},
): Promise<LabReport> {
  const { signal, programs, readyTimeoutMs } = options;
  const startedAtMs = performance.now();
  const given = topology.scenario ?? DEFAULT;
  const { timeoutMs = given.timeoutMs, stepTimeoutMs = given.stepTimeoutMs } = options;
  const scenario = { ...given, timeoutMs, stepTimeoutMs };
  const steps: StepFinding[] = [];
  let lab: Lab | undefined;
  const observer = options.observer?.(topology, driver);
  let report: LabReport = { ...blankReport(file, topology, driver.name), outcome: 'passed' };
  const failWith = (error: unknown): void => {
    const outcome = signal?.aborted === true ? 'interrupted' : 'error';
    report = {
      ...report,
      ...toldSteps(steps),
      outcome: report.outcome === 'failed' ? 'failed' : outcome,
      // What came first is the cause of what comes after it.
      error: report.error ?? reportedError(error),
    };
  };
  // What is to explain a failure is not to cause one: the verdict stands without it.
  const quietly = async <T>(
    work: Promise<T> | undefined,
    what: string = 'cannot write the artifacts',
  ): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const text = `${what}: ${why}`;
      if (!report.notes.includes(text)) report = { ...report, notes: [...report.notes, text] };
      return undefined;
    }
  };
  try {
    requireDoable(scenario, driver);
    const onFailed = async (error: unknown, running?: RunningLab): Promise<void> => {
      await quietly(observer?.failed?.(error, running));
    };
    ({ lab } = await bringUpThrowAway(topology, driver, { signal, programs, readyTimeoutMs, onFailed }));
    report = {
      ...report,
      notes: [...report.notes, ...needsNotes(topology, lab.running), ...securityNotes(topology, lab.peers)],
    };
    await quietly(observer?.watch(lab));
    const onStep = (finding: StepFinding): void => {
      steps.push(finding);
      options.onStep?.(finding);
    };
    const onNote = (event: LabTraceEvent): void => observer?.note(event);
    await runScenario(lab, scenario, { signal, onStep, onNote });
    report = { ...report, ...toldSteps(steps) };
  } catch (error) {
    failWith(error);
  }
  const capture = lab === undefined ? undefined : await quietly(observer?.capture?.(), 'cannot capture packets');
  if (capture !== undefined) report = { ...report, capture };
  // What is kept of a failure asks the peers a lot: that is no part of the run.
  const traceHash = lab === undefined ? undefined : capabilityIfAny(lab.running, 'reproduce')?.traceHash;
  if (traceHash !== undefined) report = { ...report, traceHash };
  if (!hasPassed(report)) {
    const artifacts = await quietly(observer?.keep(report));
    if (artifacts !== undefined) {
      const replayPage = replayPageIn(artifacts);
      report = { ...report, artifacts, ...(replayPage === undefined ? {} : { replayPage }) };
    }
  }
  await quietly(observer?.close());
  try {
    await lab?.down();
  } catch (error) {
    failWith(error);
  }
  return { ...report, timeMs: performance.now() - startedAtMs };
}
