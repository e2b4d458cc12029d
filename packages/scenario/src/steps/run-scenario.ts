/**
 * Runs a scenario on a lab that is up. Nothing is waited for by sleeping: a message is over when nothing is in flight, and
 * the time of a step is a schedule on the lab's clock. Each step, and the whole, is bounded on this machine's clock.
 */

import { LabError } from '@peerlab/driver';
import type { Endpoint, Lab } from '@peerlab/lab';
import { isPeersDoing } from '@peerlab/lab';
import type { Scenario, Step } from '@peerlab/topology';
import type { LabTraceEvent } from '@peerlab/trace';
import { Bound } from './bound.ts';
import { runCheckSteps } from './check-steps.ts';
import { judgeLinks } from './links-step.ts';
import { messageEvents } from './message-events.ts';
import { judgeKept, type KeptMessages, type SendingContext, sendStep } from './message-steps.ts';
import type { ScenarioResult, StepOutcome } from './outcome.ts';
import { ScenarioFaults } from './scenario-faults.ts';
import { done, type StepFinding } from './step-finding.ts';
import { stepTitle } from './step-title.ts';

/** How a scenario is run. */
export interface ScenarioOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told of each step of the outermost level as it ends. */
  readonly onStep?: ((outcome: StepOutcome) => void) | undefined;
  /** Told what a record of the lab should know: its faults, steps and checks. */
  readonly onNote?: ((event: LabTraceEvent) => void) | undefined;
}

/** Rounds of a repeat that are kept for the report: the first, and those that failed. */
const KEPT_ROUNDS = 3;
/** The share of a step's time that waiting for rest may take: what it waits for is then named before the step ends. */
const SETTLE_SHARE = 0.9;

/**
 * See the module's header. Steps after one that could not be brought to an end are not tried.
 * @throws {LabError} `ABORTED`, and what has nothing to do with the peers
 */
export async function runScenario(
  lab: Lab,
  scenario: Scenario,
  options: ScenarioOptions = {},
): Promise<ScenarioResult> {
  return await new ScenarioRun(lab, scenario, options).run();
}

class ScenarioRun {
  readonly #lab: Lab;
  readonly #scenario: Scenario;
  readonly #options: ScenarioOptions;
  readonly #whole: Bound;
  readonly #startedAtMs: number;
  readonly #faults: ScenarioFaults;
  #last: KeptMessages | undefined;

  constructor(lab: Lab, scenario: Scenario, options: ScenarioOptions) {
    this.#lab = lab;
    this.#scenario = scenario;
    this.#options = options;
    this.#startedAtMs = lab.clock.nowMs();
    this.#faults = new ScenarioFaults(lab, event => options.onNote?.(event));
    this.#whole = new Bound('the scenario', scenario.timeoutMs, options.signal);
  }

  async run(): Promise<ScenarioResult> {
    try {
      const steps = await this.#sequence(this.#scenario.steps, this.#whole, outcome => this.#options.onStep?.(outcome));
      const passed = steps.every(({ outcome }) => outcome === 'passed');
      return { passed, steps, timeMs: this.#lab.clock.nowMs() - this.#startedAtMs };
    } finally {
      this.#last?.judged.forget();
      this.#whole.lift();
      await this.#faults.close();
    }
  }

  /** One after the other, from now. */
  async #sequence(
    steps: readonly Step[],
    within: Bound,
    onStep: (outcome: StepOutcome) => void = () => undefined,
  ): Promise<StepOutcome[]> {
    const startedAtMs = this.#lab.clock.nowMs();
    const outcomes: StepOutcome[] = [];
    for (const step of steps) {
      const isBroken = outcomes.some(({ outcome }) => outcome === 'incomplete' || outcome === 'not-tried');
      const outcome = isBroken
        ? this.#outcome(step, 'not-tried', done('not tried, since an earlier step could not be brought to an end'))
        : await this.#step(step, startedAtMs, within);
      outcomes.push(outcome);
      onStep(outcome);
    }
    return outcomes;
  }

  /** One step within its bound. What the peers did to keep it from its end becomes its outcome. */
  async #step(step: Step, startedAtMs: number, within: Bound): Promise<StepOutcome> {
    const { clock } = this.#lab;
    if (step.atMs !== undefined) {
      within.waitFor(`the time of ${step.path}, ${step.atMs} ms`);
      await within.hold(this.#faults.clock.until(startedAtMs + step.atMs, within.signal));
    }
    const beganAtMs = clock.nowMs();
    const timeoutMs = step.timeoutMs ?? this.#defaultBoundMs(step);
    const bound = new Bound(
      step.path === '' ? stepTitle(step) : `${step.path} (${stepTitle(step)})`,
      timeoutMs,
      within,
    );
    try {
      if (!HOLDS_OTHERS.has(step.kind)) this.#options.onNote?.({ event: 'note', text: `step ${stepTitle(step)}` });
      bound.waitFor('the links of faults that are over to return');
      if (!HOLDS_OTHERS.has(step.kind)) await bound.hold(this.#faults.steady(bound.signal));
      const finding = await bound.hold(this.#do(step, bound));
      return this.#outcome(step, finding.passed ? 'passed' : outcomeOf(finding), finding, beganAtMs);
    } catch (error) {
      if (this.#options.signal?.aborted || !(isPeersDoing(error) || isUnable(error))) throw error;
      const { peer } = error.details;
      const culprit = typeof peer === 'string' ? { culprit: peer } : {};
      const failures = [{ kind: 'incomplete' as const, ...culprit, text: error.message }];
      const advice = error.advice === undefined ? [] : [error.advice];
      const finding = { expected: 'an end of the step', seen: error.message, failures, notes: advice, steps: [] };
      return this.#outcome(step, 'incomplete', finding, beganAtMs);
    } finally {
      bound.lift();
    }
  }

  async #do(step: Step, bound: Bound): Promise<StepFinding> {
    switch (step.kind) {
      case 'broadcast':
      case 'dm':
      case 'load': {
        const kept = await sendStep(step, this.#sending(bound));
        this.#last?.judged.forget();
        this.#last = kept;
        const finding = await this.#expectation(step.expect, kept, bound);
        for (const event of messageEvents(kept, finding)) this.#options.onNote?.(event);
        return finding;
      }
      case 'expect':
        return await this.#expectation(step.expect, this.#last, bound);
      case 'checks':
        return await this.#checks(step.checks, bound);
      case 'wait-settled': {
        bound.waitFor('nothing to be in flight');
        const { rounds } = await this.#lab.settled(this.#settling(bound));
        return done(`nothing in flight, after ${rounds} looks`);
      }
      case 'fault':
        bound.waitFor('the fault to take hold');
        return await this.#faults.apply(step);
      case 'heal': {
        bound.waitFor('every drawn link to return');
        const finding = await this.#faults.heal(step.withinMs, bound.signal);
        if (step.checks.length === 0) return finding;
        const proof = await this.#checks(step.checks, bound);
        return { ...joined([finding, proof]), steps: proof.steps };
      }
      case 'parallel': {
        const startedAtMs = this.#lab.clock.nowMs();
        const running = step.steps.map(inner => this.#step(inner, startedAtMs, bound));
        const ended = await Promise.allSettled(running);
        const steps = ended.map(result => {
          if (result.status === 'rejected') throw result.reason;
          return result.value;
        });
        return findingOf(steps, `all ${steps.length} of them`);
      }
      case 'repeat':
        return await this.#repeat(step, bound);
    }
  }

  async #repeat(step: Extract<Step, { kind: 'repeat' }>, bound: Bound): Promise<StepFinding> {
    const kept: StepOutcome[] = [];
    for (let round = 1; round <= step.times; round++) {
      bound.waitFor(`round ${round} of ${step.times}`);
      const outcomes = await this.#sequence(step.steps, bound);
      const isRight = outcomes.every(({ outcome }) => outcome === 'passed');
      if (round === 1 || !isRight)
        kept.push(...outcomes.map(one => ({ ...one, title: `${one.title}, round ${round}` })));
      if (isRight) continue;
      return { ...findingOf(kept, `${step.times} rounds`), seen: `round ${round} of ${step.times} failed` };
    }
    return { ...done(`${step.times} rounds`), steps: kept.slice(0, KEPT_ROUNDS * step.steps.length) };
  }

  async #expectation(
    expect: Extract<Step, { kind: 'expect' }>['expect'],
    kept: KeptMessages | undefined,
    bound: Bound,
  ): Promise<StepFinding> {
    const { links, ...ofMessages } = expect;
    const isAboutMessages = Object.values(ofMessages).some(value => value !== undefined);
    const isOfLinks = links !== undefined;
    const findings: StepFinding[] = [];
    if (kept !== undefined && (isAboutMessages || !isOfLinks)) findings.push(await judgeKept(kept, expect));
    bound.waitFor('every peer to tell its links');
    if (isOfLinks) {
      const judge = async (): Promise<StepFinding> =>
        await judgeLinks(this.#lab, links, peer => this.#faults.isDown(peer));
      findings.push(await this.#whileNothingChanges(judge, bound));
    }
    return joined(findings);
  }

  async #checks(checks: readonly string[], bound: Bound): Promise<StepFinding> {
    bound.waitFor('faults that go by themselves to be over');
    await this.#faults.passed(bound.signal);
    const run = async (): Promise<StepFinding> =>
      await runCheckSteps(this.#lab, checks, {
        settle: this.#settling(bound),
        signal: bound.signal,
        isDown: peer => this.#faults.isDown(peer),
        waitFor: what => bound.waitFor(what),
        onNote: event => this.#options.onNote?.(event),
      });
    return await this.#whileNothingChanges(run, bound);
  }

  /** Looks again when a fault came or went in the middle of it: what was seen is then of no graph. */
  async #whileNothingChanges(look: () => Promise<StepFinding>, bound: Bound): Promise<StepFinding> {
    for (;;) {
      const before = this.#faults.changes;
      const finding = await look();
      if (finding.passed || this.#faults.changes === before) return finding;
      await this.#faults.steady(bound.signal);
    }
  }

  #sending(bound: Bound): SendingContext {
    const lab = this.#lab;
    const context = lab.contextFor({ settle: this.#settling(bound), signal: bound.signal });
    return {
      context: {
        ...context,
        clock: this.#faults.clock,
        // Peers come and go while a load is under way.
        get endpoints(): readonly Endpoint[] {
          return lab.endpoints;
        },
      },
      signal: bound.signal,
      changes: () => this.#faults.changes,
      isDown: peer => this.#faults.isDown(peer),
      waitFor: what => bound.waitFor(what),
    };
  }

  #settling(bound: Bound): { timeoutMs: number; signal: AbortSignal } {
    return { timeoutMs: bound.timeoutMs * SETTLE_SHARE, signal: bound.signal };
  }

  /** A step that holds others, or sends for a time, is bounded by what it holds. */
  #defaultBoundMs(step: Step): number {
    const { stepTimeoutMs, timeoutMs } = this.#scenario;
    if (step.kind === 'parallel' || step.kind === 'repeat') return timeoutMs;
    return step.kind === 'load' ? stepTimeoutMs + step.durationMs : stepTimeoutMs;
  }

  #outcome(
    step: Step,
    outcome: StepOutcome['outcome'],
    { expected, seen, failures, notes, steps }: Omit<StepFinding, 'passed'>,
    beganAtMs: number = this.#lab.clock.nowMs(),
  ): StepOutcome {
    const { kind, line, path } = step;
    const atMs = beganAtMs - this.#startedAtMs;
    const timeMs = this.#lab.clock.nowMs() - beganAtMs;
    return { kind, title: stepTitle(step), line, path, outcome, expected, seen, failures, notes, atMs, timeMs, steps };
  }
}

/** Steps that are made of others. */
const HOLDS_OTHERS: ReadonlySet<string> = new Set(['parallel', 'repeat']);

/** What the driver or these peers cannot do is a finding of the step that asks for it. */
function isUnable(error: unknown): error is LabError {
  return error instanceof LabError && ['NOT_SUPPORTED', 'LINKS_MISSING'].includes(error.code);
}

function outcomeOf({ steps }: StepFinding): 'failed' | 'incomplete' {
  return steps.some(({ outcome }) => outcome === 'incomplete') ? 'incomplete' : 'failed';
}

function findingOf(steps: readonly StepOutcome[], expected: string): StepFinding {
  const passed = steps.filter(({ outcome }) => outcome === 'passed').length;
  return {
    passed: passed === steps.length,
    expected,
    seen: passed === steps.length ? expected : `${passed} of ${steps.length} passed`,
    failures: steps.flatMap(({ failures }) => failures),
    notes: [],
    steps,
  };
}

function joined(findings: readonly StepFinding[]): StepFinding {
  return {
    passed: findings.every(({ passed }) => passed),
    expected: findings.map(({ expected }) => expected).join('; '),
    seen: findings.map(({ seen }) => seen).join('; '),
    failures: findings.flatMap(({ failures }) => failures),
    notes: findings.flatMap(({ notes }) => notes),
    steps: [],
  };
}
