/** The checks of a scenario, on the graph as the faults in force leave it. */

import type { CheckName, CheckResult, Lab, SettleOptions } from '@peerlab/lab';
import { CHECKS, isIncomplete } from '@peerlab/lab';
import type { LabTraceEvent } from '@peerlab/trace';
import { judgeLinks } from './links-step.ts';
import type { StepOutcome } from './outcome.ts';
import type { StepFinding } from './step-finding.ts';

/** What checks of a scenario work with. */
export interface CheckStepContext {
  readonly settle: SettleOptions;
  readonly signal: AbortSignal;
  /** True for a peer that a fault keeps from running. */
  readonly isDown: (peer: string) => boolean;
  readonly waitFor: (what: string) => void;
  readonly onNote: (event: LabTraceEvent) => void;
}

/** Runs them, in the order of the default checks. */
export async function runCheckSteps(lab: Lab, checks: readonly string[], at: CheckStepContext): Promise<StepFinding> {
  const wanted = CHECKS.filter(name => checks.includes(name));
  const steps: StepOutcome[] = [];
  if (wanted.includes('links')) {
    at.waitFor('the check of links');
    steps.push(await linksStep(lab, at));
  }
  const results = await lab.verify({
    checks: wanted.filter(name => name !== 'links'),
    settle: at.settle,
    signal: at.signal,
    onStart: name => at.waitFor(`the check of ${name}`),
    onResult: ({ name, passed, expected, observed, detail, notes, failures }) => {
      const why = failures.map(({ text, culprit }) => ({ text, ...(culprit === undefined ? {} : { culprit }) }));
      at.onNote({ event: 'check', name, passed, expected, observed, detail, notes, failures: why });
    },
  });
  return checksFinding([...steps, ...results.map(checkOutcome)]);
}

/** What checks come to, together. */
export function checksFinding(steps: readonly StepOutcome[]): StepFinding {
  const passed = steps.filter(({ outcome }) => outcome === 'passed').length;
  return {
    passed: passed === steps.length,
    expected: steps.map(({ title }) => title).join(', '),
    seen: passed === steps.length ? 'all as expected' : `${passed} of ${steps.length} as expected`,
    failures: steps.flatMap(({ failures }) => failures),
    notes: [],
    steps,
  };
}

async function linksStep(lab: Lab, { isDown }: CheckStepContext): Promise<StepOutcome> {
  const startedAtMs = lab.clock.nowMs();
  const { passed, expected, seen, failures, notes } = await judgeLinks(lab, 'as-left', isDown);
  const outcome = passed ? 'passed' : 'failed';
  const timeMs = lab.clock.nowMs() - startedAtMs;
  return { ...blank('links'), outcome, expected, seen, failures, notes, timeMs };
}

/** A check as a step. */
export function checkOutcome(result: CheckResult): StepOutcome {
  const { name, passed, expected, observed, detail, failures, notes, timeMs } = result;
  const outcome = passed ? 'passed' : isIncomplete(result) ? 'incomplete' : 'failed';
  return { ...blank(name), outcome, expected, seen: passed ? detail : observed, failures, notes, timeMs };
}

function blank(title: CheckName): Pick<StepOutcome, 'kind' | 'title' | 'line' | 'path' | 'atMs' | 'steps'> {
  return { kind: 'checks', title, line: 0, path: '', atMs: 0, steps: [] };
}
