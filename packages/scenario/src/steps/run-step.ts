/** Runs steps within their bounds: at their times, one after the other, until one cannot be brought to an end. */

import { LabError } from '@peerlab/driver';
import { conclude } from '@peerlab/finding';
import { broughtToNoEnd, isIncomplete, isPeersDoing } from '@peerlab/lab';
import type { Scenario, Step } from '@peerlab/topology';
import { Bound } from './bound.ts';
import { doStep } from './do-step.ts';
import type { ScenarioContext } from './scenario-context.ts';
import { type NestedFinding, placed, type StepFinding, stepNotTried } from './step-finding.ts';
import { stepTitle } from './step-title.ts';

/** Steps that are made of others. */
const HOLDS_OTHERS: ReadonlySet<string> = new Set(['parallel', 'repeat']);

/** Runs steps one after the other, from now. Those after one that could not be brought to an end are not tried. */
export async function runSequence(
  context: ScenarioContext,
  steps: readonly Step[],
  within: Bound,
  onStep: (finding: StepFinding) => void = () => undefined,
): Promise<StepFinding[]> {
  const startedAtMs = context.lab.clock.nowMs();
  const findings: StepFinding[] = [];
  for (const step of steps) {
    const finding = findings.some(isIncomplete)
      ? stepNotTried(step, context.elapsedMs, 'an earlier step did not finish')
      : await runStep(context, step, startedAtMs, within);
    findings.push(finding);
    onStep(finding);
  }
  return findings;
}

/** Runs one step within its bound. What the peers did to keep it from its end becomes its finding. */
async function runStep(context: ScenarioContext, step: Step, fromMs: number, within: Bound): Promise<StepFinding> {
  const { faults, options } = context;
  if (step.atMs !== undefined) {
    within.waitFor(`the time of ${step.path}, ${step.atMs} ms`);
    await within.hold(faults.clock.until(fromMs + step.atMs, within.signal));
  }
  const atMs = context.elapsedMs;
  const startedAtMs = performance.now();
  const at = (finding: NestedFinding): StepFinding =>
    placed(step, finding, { atMs, timeMs: context.elapsedMs - atMs, wallMs: performance.now() - startedAtMs });
  const title = stepTitle(step);
  const timeoutMs = step.timeoutMs ?? defaultBoundMs(step, context.scenario);
  const bound = new Bound(step.path === '' ? title : `${step.path} (${title})`, timeoutMs, within);
  try {
    if (!HOLDS_OTHERS.has(step.kind)) {
      context.note({ event: 'note', text: `step ${title}` });
      bound.waitFor('the links of ended faults to return');
      await bound.hold(faults.steady(bound.signal));
      bound.waitFor('every peer to answer');
      await bound.hold(context.lab.untilAllAnswer(bound.signal));
    }
    const inner = {
      sequence: async (steps: readonly Step[]) => await runSequence(context, steps, bound),
      step: async (one: Step, fromMs: number) => await runStep(context, one, fromMs, bound),
    };
    const finding = await bound.hold(doStep(context, step, bound, inner));
    // A step that failed has named it.
    if (finding.verdict !== 'failed') context.lab.requireSound();
    // The engine may be the cause.
    if (finding.verdict !== 'proven') await seen(context, bound.what);
    return at(finding);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    if (!(isPeersDoing(error) || isUnable(error))) throw withPlace(error, bound.what);
    await seen(context, bound.what);
    const evidence = error.advice === undefined ? [] : [error.advice];
    const facts = { claim: title, expected: 'the step to finish', observed: error.message, evidence };
    return at({ ...conclude({ ...facts, explanations: [broughtToNoEnd(error)] }), steps: [] });
  } finally {
    bound.lift();
  }
}

/** @throws {LabError} `ENGINE_UNREACHABLE` where the lab cannot be seen: the step is an error then, no finding */
async function seen({ lab }: ScenarioContext, what: string): Promise<void> {
  try {
    await lab.requireDriver();
  } catch (error) {
    throw withPlace(error, what);
  }
}

/** An error of the engine, with the step in which it came. */
function withPlace(error: unknown, what: string): unknown {
  if (!(error instanceof LabError) || error.code !== 'ENGINE_UNREACHABLE' || 'step' in error.details) return error;
  const { code, message, advice, details, definite } = error;
  const options = { details: { ...details, step: what }, definite, cause: error };
  return new LabError(code, `${what}: ${message}`, advice === undefined ? options : { ...options, advice });
}

/** How long judging may take once the time of `within` is over, in milliseconds. */
const AFTER_WAIT_MS = 30_000;

function withinOf(step: Step): number | undefined {
  if (step.kind === 'heal') return step.withinMs;
  return 'expect' in step ? step.expect.withinMs : undefined;
}

/** A step that holds others, sends for a time or waits within one, is bounded by that. */
function defaultBoundMs(step: Step, { stepTimeoutMs, timeoutMs }: Scenario): number {
  if (HOLDS_OTHERS.has(step.kind)) return timeoutMs;
  if (step.kind === 'exec' || step.kind === 'log') return stepTimeoutMs + (step.withinMs ?? 0);
  const ownMs = step.kind === 'load' ? stepTimeoutMs + step.durationMs : stepTimeoutMs;
  const withinMs = withinOf(step);
  // What is waited for within a time is judged after it.
  return withinMs === undefined ? ownMs : Math.max(ownMs, withinMs + AFTER_WAIT_MS);
}

/** What the driver or these peers cannot do is a finding of the step that asks for it. */
function isUnable(error: unknown): error is LabError {
  return error instanceof LabError && ['NOT_SUPPORTED', 'LINKS_MISSING'].includes(error.code);
}
