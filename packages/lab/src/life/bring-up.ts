/** The life of a lab up to its verdict: plan, driver, wiring, checks; and back to nothing when it fails on the way. */

import type { Driver, Progress, RunningLab } from '@peerlab/driver';
import { LabError, type LabErrorCode, untilAborted } from '@peerlab/driver';
import { noneFailed, type Verdict } from '@peerlab/finding';
import type { Topology } from '@peerlab/topology';
import type { CheckFinding, CheckName } from '../checks/check.ts';
import { CHECKS, type VerifyOptions } from '../checks/run-checks.ts';
import { Lab } from '../lab.ts';
import type { ReplyBounds } from '../peers/endpoints.ts';
import { type PlanOptions, planOf } from './plan.ts';

/** The steps of bringing a lab up, as they are shown. */
export type StepName = Progress['step'] | CheckName;

/** How a step goes. `done`, `failed` and `not-proven` carry its closing line, without its name. */
export interface StepReport {
  readonly step: StepName;
  readonly state: 'started' | 'running' | 'done' | 'failed' | 'not-proven';
  readonly detail: string;
  /** Since the step began, in milliseconds. */
  readonly timeMs: number;
}

/** How a lab is brought up. */
export interface BringUpOptions extends PlanOptions, ReplyBounds {
  readonly signal?: AbortSignal | undefined;
  readonly report?: ((report: StepReport) => void) | undefined;
  /**
   * Which checks are run. Links are made in any case; `links` proves that they are as drawn.
   * @default all
   */
  readonly checks?: readonly CheckName[] | undefined;
  /** Called when another process is making the same lab, which is waited for; `who` as `user@host:pid` where that is known. */
  readonly onWait?: ((who: string | undefined) => void) | undefined;
  /** Called once every peer is ready, before any link is made: for who records the lab from its beginning. */
  readonly onAttached?: ((lab: Lab) => void | Promise<void>) | undefined;
  /** Called with each check's result. */
  readonly onCheck?: ((result: CheckFinding) => void) | undefined;
  /**
   * What this call made stays when peers fail on the way: they can be looked at, and `down` removes them.
   * @default false
   */
  readonly keepsFailed?: boolean | undefined;
  /**
   * Called when it fails, before anything is removed: for who keeps what explains it. `running` is left out where the driver itself
   * has failed.
   */
  readonly onFailed?: ((error: unknown, running?: RunningLab) => Promise<void>) | undefined;
  /** Bounds of the waits for rest, and for peers that do not answer. */
  readonly settle?: VerifyOptions['settle'];
  readonly patienceMs?: VerifyOptions['patienceMs'];
}

/** A lab that is up, and what was proven of it. */
export interface BringUpResult {
  readonly lab: Lab;
  readonly checks: readonly CheckFinding[];
  /** No check failed. */
  readonly passed: boolean;
  /** Milliseconds of each step that was taken. */
  readonly timings: Readonly<Partial<Record<StepName, number>>>;
}

/** How a check's verdict is shown as the end of a step. */
export const CLOSING_STATES: Readonly<Record<Verdict, StepReport['state']>> = {
  proven: 'done',
  failed: 'failed',
  'not-proven': 'not-proven',
};

/**
 * Brings a lab up, or repairs it where it runs already, and runs the checks. A lab that this call made goes again when
 * its peers do not become ready, its links cannot be made, or the caller cancels it; a lab whose checks fail stays, so
 * that it can be looked at. Of two calls for one lab at the same time, the second begins when the first is done.
 * @throws {LabError} what the driver throws; `PEER_FAILED`, `CONTRACT_BROKEN`, `LINKS_MISSING`, `NOT_SETTLED`, `ABORTED`
 */
export async function bringUp(
  topology: Topology,
  driver: Driver,
  options: BringUpOptions = {},
): Promise<BringUpResult> {
  const signal = options.signal ?? new AbortController().signal;
  const steps = new Steps(options.report);
  const plan = planOf(topology, options);
  // Held until the lab is proven: two that prove one lab at the same time count each other's frames. A throw-away lab has a
  // name that nobody else wants.
  const { onWait } = options;
  await using claim = plan.ephemeral ? undefined : await driver.claim?.(plan.name, { signal, onWait });
  const found = await untilAborted(driver.find(topology.name), signal);
  const existed = found !== undefined;
  const ranBefore = new Set(found?.peers.flatMap(({ index, state }) => (state === 'running' ? [index] : [])));
  const { keepsFailed, onFailed } = options;
  const context = { signal, claim, keepsFailed, report: (progress: Progress) => steps.progress(progress) };
  const running = await driver.up(plan, context).catch(async (error: unknown) => {
    await onFailed?.(error);
    throw error;
  });
  let lab: Lab | undefined;
  try {
    const { readyTimeoutMs, replyTimeoutMs, answerTimeoutMs } = options;
    const bounds = { readyTimeoutMs, replyTimeoutMs, answerTimeoutMs };
    lab = await Lab.attach(running, { isNew: true, ranBefore, signal, ...bounds });
    await options.onAttached?.(lab);
    steps.start('links');
    if (!existed) await untilAborted(lab.setUp(signal), signal);
    await untilAborted(lab.wire(), signal);
    lab.requireSound();
    const checks = await lab.verify({
      checks: options.checks ?? CHECKS,
      signal,
      settle: options.settle,
      patienceMs: options.patienceMs,
      onStart: name => steps.start(name),
      onResult: result => {
        steps.end(result.name, CLOSING_STATES[result.verdict], result.observed);
        options.onCheck?.(result);
      },
    });
    return { lab, checks, passed: noneFailed(checks), timings: steps.timings };
  } catch (error) {
    // What stood before this call stays, even where this call alone would have made a throw-away lab.
    await onFailed?.(error, running);
    const isKept = keepsFailed === true && error instanceof LabError && OF_PEERS.has(error.code);
    if (existed || isKept) await (lab ?? running).close();
    else await removeAfterFailure(lab ?? running, error);
    throw error;
  }
}

/** Failures of peers, which may explain themselves; of an engine or a user's word nothing is to be seen. */
const OF_PEERS: ReadonlySet<LabErrorCode> = new Set<LabErrorCode>([
  'PEER_FAILED',
  'PEER_SILENT',
  'CONTRACT_BROKEN',
  'LINKS_MISSING',
]);

async function removeAfterFailure(lab: Pick<Lab, 'down' | 'name'>, error: unknown): Promise<void> {
  try {
    await lab.down();
  } catch (cause) {
    const why = error instanceof Error ? error.message : String(error);
    const advice = `remove it with lab down ${lab.name}`;
    throw new LabError('ENGINE_REFUSED', `${why}; also, parts of ${lab.name} could not be removed`, {
      advice,
      cause,
    });
  }
}

/** Times the steps and reports them. */
class Steps {
  readonly timings: Partial<Record<StepName, number>> = {};
  readonly #report: (report: StepReport) => void;
  readonly #startedAtMs: Map<StepName, number> = new Map();

  constructor(report: ((report: StepReport) => void) | undefined) {
    this.#report = report ?? (() => undefined);
  }

  start(step: StepName): void {
    // Wiring and its proof are one step.
    if (this.#startedAtMs.has(step)) return;
    this.#startedAtMs.set(step, performance.now());
    this.#report({ step, state: 'started', detail: '', timeMs: 0 });
  }

  progress({ step, state, detail }: Progress): void {
    if (state === 'started') this.start(step);
    else if (state === 'done') this.end(step, 'done', detail);
    else this.#report({ step, state, detail, timeMs: this.#elapsedMs(step) });
  }

  end(step: StepName, state: StepReport['state'], detail: string): void {
    const timeMs = this.#elapsedMs(step);
    this.timings[step] = timeMs;
    this.#report({ step, state, detail, timeMs });
  }

  #elapsedMs(step: StepName): number {
    return performance.now() - (this.#startedAtMs.get(step) ?? performance.now());
  }
}
