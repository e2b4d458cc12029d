/** What the steps of a scenario found: a finding with the step's place, its times, and the findings of the steps within it. */

import { combine, type Finding, notTried } from '@peerlab/finding';
import type { CheckName } from '@peerlab/lab';
import type { Step, StepKind } from '@peerlab/topology';
import { stepTitle } from './step-title.ts';

/** What was found within one step, before its place is known. */
export type NestedFinding = Finding & {
  /** Findings of the steps within: those of `parallel`, of the rounds of `repeat` that are worth telling, and checks. */
  readonly steps: readonly StepFinding[];
};

/** What one step found. The claim is the author's name for the step, or the step in a few words. */
export type StepFinding = NestedFinding & {
  readonly kind: StepKind;
  /** Of a check within a step: which. */
  readonly check?: CheckName;
  /** From 1; 0 where there is no file. */
  readonly line: number;
  /** Such as `scenario[2]`. */
  readonly path: string;
  /** When it began, in milliseconds of the lab's time since the scenario began. */
  readonly atMs: number;
  /** How long it took, in milliseconds of the lab's time. */
  readonly timeMs: number;
  /** The same in real time: in a simulation, how long the machine took for it. */
  readonly wallMs: number;
};

/** What all of them found. */
export interface ScenarioResult {
  /** No step failed. */
  readonly passed: boolean;
  readonly steps: readonly StepFinding[];
  /** In milliseconds of the lab's time. */
  readonly timeMs: number;
}

/** A step that was done and has nothing to judge. */
export function done(what: string, evidence: readonly string[] = []): NestedFinding {
  return { claim: what, expected: what, observed: what, evidence, explanations: [], verdict: 'proven', steps: [] };
}

/** Findings of the steps within a step, as that step's own. */
export function nested(claim: string, steps: readonly StepFinding[]): NestedFinding {
  const proven = steps.filter(({ verdict }) => verdict === 'proven').length;
  const observed = proven === steps.length ? claim : `${proven} of ${steps.length} proven`;
  // The steps tell their own expectations and evidence.
  return { ...combine(claim, steps), expected: claim, observed, evidence: [], steps };
}

/** Several findings about one step, as one. */
export function joined(claim: string, findings: readonly NestedFinding[]): NestedFinding {
  return { ...combine(claim, findings), steps: findings.flatMap(({ steps }) => steps) };
}

/** A finding at its place. */
export function placed(
  step: Step,
  finding: NestedFinding,
  times: Pick<StepFinding, 'atMs' | 'timeMs' | 'wallMs'>,
): StepFinding {
  const { kind, line, path } = step;
  return { ...finding, claim: stepTitle(step), kind, line, path, ...times };
}

/** The finding of a step that was not tried. */
export function stepNotTried(step: Step, atMs: number, reason: string): StepFinding {
  return placed(
    step,
    { ...notTried(stepTitle(step), stepTitle(step), reason), steps: [] },
    { atMs, timeMs: 0, wallMs: 0 },
  );
}
