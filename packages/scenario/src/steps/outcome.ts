/** What came of a scenario, step by step: what reports are made from. */

import type { Explanation } from '@peerlab/lab';
import type { StepKind } from '@peerlab/topology';

/** What came of one step. */
export interface StepOutcome {
  readonly kind: StepKind;
  /** What it does, in a few words: the author's, or its own. */
  readonly title: string;
  /** From 1; 0 where there is no file. */
  readonly line: number;
  /** Such as `scenario[2]`. */
  readonly path: string;
  /** `incomplete`: it could not be brought to an end; those after it are `not-tried`. */
  readonly outcome: 'passed' | 'failed' | 'incomplete' | 'not-tried';
  /** What the graph and the scenario say. */
  readonly expected: string;
  /** What was seen, in the same words. */
  readonly seen: string;
  /** Why it failed, the first few; empty when it passed. */
  readonly failures: readonly Explanation[];
  /** What could not be proven, and what else is worth knowing. */
  readonly notes: readonly string[];
  /** When it began, in milliseconds of the lab's time since the scenario began. */
  readonly atMs: number;
  /** How long it took, in milliseconds of the lab's time. */
  readonly timeMs: number;
  /** Steps within it: those of `parallel`, of the rounds of `repeat` that are worth telling, and checks. */
  readonly steps: readonly StepOutcome[];
}

/** What came of all of them. */
export interface ScenarioResult {
  readonly passed: boolean;
  readonly steps: readonly StepOutcome[];
  /** In milliseconds of the lab's time. */
  readonly timeMs: number;
}
