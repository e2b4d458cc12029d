/** What the steps of one scenario share: the lab, the faults in force, the messages that a later `expect` asks about. */

import type { Endpoint, Lab } from '@peerlab/lab';
import type { Scenario } from '@peerlab/topology';
import type { LabTraceEvent } from '@peerlab/trace';
import type { Bound } from './bound.ts';
import type { CheckStepContext } from './check-steps.ts';
import type { KeptMessages, SendingContext } from './message-steps.ts';
import { ScenarioFaults } from './scenario-faults.ts';
import type { NestedFinding, StepFinding } from './step-finding.ts';

/** How a scenario is run. */
export interface ScenarioOptions {
  readonly signal?: AbortSignal | undefined;
  /** How often it is looked whether the driver still sees the lab, in milliseconds. @default 5000 */
  readonly lookEveryMs?: number | undefined;
  /** Called with the finding of each step of the outermost level as it ends. */
  readonly onStep?: ((finding: StepFinding) => void) | undefined;
  /** Called with what a record of the lab should hold: faults, steps and checks. */
  readonly onNote?: ((event: LabTraceEvent) => void) | undefined;
}

/** The share of a step's time that waiting for rest may take: what it waits for is then named before the step ends. */
const SETTLE_SHARE = 0.9;

/** See the module's header. */
export class ScenarioContext {
  readonly lab: Lab;
  readonly scenario: Scenario;
  readonly options: ScenarioOptions;
  readonly faults: ScenarioFaults;
  readonly #startedAtMs: number;
  #messages: KeptMessages | undefined;

  constructor(lab: Lab, scenario: Scenario, options: ScenarioOptions) {
    this.lab = lab;
    this.scenario = scenario;
    this.options = options;
    this.#startedAtMs = lab.clock.nowMs();
    this.faults = new ScenarioFaults(lab, event => this.note(event));
  }

  /** Since the scenario began, in milliseconds of the lab's time. */
  get elapsedMs(): number {
    return this.lab.clock.nowMs() - this.#startedAtMs;
  }

  /** The messages of the latest step that sent any. */
  get messages(): KeptMessages | undefined {
    return this.#messages;
  }

  /** Keeps the messages of a step, in place of those before. */
  keep(messages: KeptMessages): void {
    this.#messages?.judged.forget();
    this.#messages = messages;
  }

  note(event: LabTraceEvent): void {
    this.options.onNote?.(event);
  }

  /** Bounds of the wait for rest within a step. */
  settling(bound: Bound): { timeoutMs: number; signal: AbortSignal } {
    return { timeoutMs: bound.timeoutMs * SETTLE_SHARE, signal: bound.signal };
  }

  /** What a sending step works with. */
  sending(bound: Bound): SendingContext {
    const { lab, faults } = this;
    const context = lab.contextFor({ settle: this.settling(bound), signal: bound.signal });
    return {
      context: {
        ...context,
        clock: faults.clock,
        // Peers come and go while a load is under way.
        get endpoints(): readonly Endpoint[] {
          return lab.endpoints;
        },
      },
      signal: bound.signal,
      changes: () => faults.changes,
      isMoving: faults.isMoving,
      isDown: peer => faults.isDown(peer),
      causes: () => faults.causes(),
      arrived: async () => await faults.arrived(),
      waitFor: what => bound.waitFor(what),
    };
  }

  /** What the checks of a step work with. */
  checking(bound: Bound): CheckStepContext {
    return {
      settle: this.settling(bound),
      signal: bound.signal,
      isDown: peer => this.faults.isDown(peer),
      waitFor: what => bound.waitFor(what),
      onNote: event => this.note(event),
    };
  }

  /** Looks again when a fault came or went in the middle of it: what was seen is then of no graph. */
  async whileNothingChanges(look: () => Promise<NestedFinding>, bound: Bound): Promise<NestedFinding> {
    for (;;) {
      const { changes: before, isMoving } = this.faults;
      const finding = await look();
      if (finding.verdict !== 'failed' || (this.faults.changes === before && !isMoving)) return finding;
      await this.faults.arrived();
      await this.faults.steady(bound.signal);
    }
  }

  async close(): Promise<void> {
    this.#messages?.judged.forget();
    await this.faults.close();
  }
}
