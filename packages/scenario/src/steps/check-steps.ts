/** The checks of a scenario, on the graph as the faults in force leave it. */

import type { CheckFinding, Lab, SettleOptions } from '@peerlab/lab';
import { CHECK_CLAIMS, CHECKS } from '@peerlab/lab';
import type { LabTraceEvent } from '@peerlab/trace';
import { judgeLinks } from './links-step.ts';
import { type NestedFinding, nested, type StepFinding } from './step-finding.ts';

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
export async function runCheckSteps(lab: Lab, checks: readonly string[], at: CheckStepContext): Promise<NestedFinding> {
  const wanted = CHECKS.filter(name => checks.includes(name));
  const steps: StepFinding[] = [];
  // Links that peers choose themselves are what they are: the check waits until they have found each other.
  const isDrawn = lab.topology.ownLinks !== true;
  if (wanted.includes('links') && isDrawn) {
    at.waitFor('the check of links');
    steps.push(await linksStep(lab, at));
  }
  const wallMs = new Map<string, number>();
  let beganAtMs = performance.now();
  const results = await lab.verify({
    checks: wanted.filter(name => name !== 'links' || !isDrawn),
    settle: at.settle,
    signal: at.signal,
    onStart: name => {
      beganAtMs = performance.now();
      at.waitFor(`the check of ${name}`);
    },
    onResult: ({ timeMs: _, ...finding }) => {
      wallMs.set(finding.name, performance.now() - beganAtMs);
      at.onNote({ event: 'check', ...finding });
    },
  });
  return checksFinding([...steps, ...results.map(result => checkStep(result, wallMs.get(result.name) ?? 0))]);
}

/** What checks come to, together. */
export function checksFinding(steps: readonly StepFinding[]): NestedFinding {
  return nested(steps.map(({ check }) => check).join(', '), steps);
}

async function linksStep(lab: Lab, { isDown }: CheckStepContext): Promise<StepFinding> {
  const [atMs, beganAtMs] = [lab.clock.nowMs(), performance.now()];
  const finding = await judgeLinks(lab, 'as-left', isDown);
  const [timeMs, wallMs] = [lab.clock.nowMs() - atMs, performance.now() - beganAtMs];
  return { ...finding, claim: CHECK_CLAIMS.links, check: 'links', ...PLACE, timeMs, wallMs };
}

/** A check as a step. @param wallMs see StepFinding */
export function checkStep({ name, ...finding }: CheckFinding, wallMs: number): StepFinding {
  return { ...finding, check: name, ...PLACE, wallMs, steps: [] };
}

const PLACE = { kind: 'checks', line: 0, path: '', atMs: 0 } as const;
