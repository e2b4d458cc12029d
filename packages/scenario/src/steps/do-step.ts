/** Does what one step says, and gives what was found. The step's bound and its errors are run-step.ts's. */

import { LabError } from '@peerlab/driver';
import { conclude, notTried } from '@peerlab/finding';
import { isOthersDoing, openAtRest } from '@peerlab/lab';
import type { Expectation, Step } from '@peerlab/topology';
import type { Bound } from './bound.ts';
import { runCheckSteps } from './check-steps.ts';
import { execStep } from './exec-step.ts';
import { judgeLinks } from './links-step.ts';
import { logStep } from './log-step.ts';
import { isAboutMembers, judgeMembers, judgeProbes, PEER_EXPECTATIONS } from './membership-step.ts';
import { messageEvents } from './message-events.ts';
import { judgeKept, type KeptMessages, sendStep } from './message-steps.ts';
import type { ScenarioContext } from './scenario-context.ts';
import { joined, type NestedFinding, nested, type StepFinding } from './step-finding.ts';
import { untilHolds } from './until-holds.ts';

/** Rounds of a repeat that are kept for the report: the first, and those that failed. */
const KEPT_ROUNDS = 3;

/** Runs the steps within a step. */
export interface InnerSteps {
  /** One after the other, from now. */
  readonly sequence: (steps: readonly Step[]) => Promise<StepFinding[]>;
  /** One of several that begin together. @param fromMs when they began, on the lab's clock */
  readonly step: (step: Step, fromMs: number) => Promise<StepFinding>;
}

/** See the module's header. @throws {LabError} what keeps the step from its end */
export async function doStep(
  context: ScenarioContext,
  step: Step,
  bound: Bound,
  inner: InnerSteps,
): Promise<NestedFinding> {
  const { lab, faults } = context;
  switch (step.kind) {
    case 'broadcast':
    case 'dm':
    case 'load': {
      const kept = await sendStep(step, context.sending(bound));
      context.keep(kept);
      const finding = await judgeExpectation(context, step.expect, kept, bound);
      for (const event of messageEvents(kept, finding)) context.note(event);
      return finding;
    }
    case 'expect': {
      const { withinMs, ...expect } = step.expect;
      // Messages that were sent before may take as long as this step gives them.
      return await judgeExpectation(context, expect, context.messages, bound, withinMs);
    }
    case 'checks':
      return await runChecks(context, step.checks, bound);
    case 'wait-settled': {
      bound.waitFor('nothing to be in flight');
      const claim = 'nothing is in flight';
      const report = await lab.settled(context.settling(bound)).catch(orOthersDoing);
      if (report instanceof LabError) return { ...notTried(claim, claim, report.message), steps: [] };
      const observed = `nothing in flight, after ${report.rounds} looks`;
      const facts = { claim, expected: claim, observed, evidence: [], explanations: [] };
      return { ...conclude(facts, openAtRest(report)), steps: [] };
    }
    case 'exec':
      return await execStep(lab, step, bound, peer => faults.isDown(peer));
    case 'log':
      return await logStep(lab, step, bound, peer => faults.isDown(peer));
    case 'fault':
      bound.waitFor('the fault to take hold');
      return await faults.apply(step);
    case 'heal': {
      bound.waitFor(lab.topology.ownLinks === true ? 'the peers to find each other' : 'every drawn link to return');
      const finding = await faults.heal(step.withinMs, bound.signal);
      if (step.checks.length === 0) return finding;
      return joined('heal', [finding, await runChecks(context, step.checks, bound)]);
    }
    case 'parallel': {
      const startedAtMs = lab.clock.nowMs();
      const ended = await Promise.allSettled(step.steps.map(one => inner.step(one, startedAtMs)));
      const steps = ended.map(result => {
        if (result.status === 'rejected') throw result.reason;
        return result.value;
      });
      return nested(`all ${steps.length} of them`, steps);
    }
    case 'repeat':
      return await repeat(step, bound, inner);
  }
}

/** As often as the step says, until a round fails. */
async function repeat(
  { times, steps }: Extract<Step, { kind: 'repeat' }>,
  bound: Bound,
  { sequence }: InnerSteps,
): Promise<NestedFinding> {
  const kept: StepFinding[] = [];
  const claim = `${times} rounds`;
  for (let round = 1; round <= times; round++) {
    bound.waitFor(`round ${round} of ${times}`);
    const findings = await sequence(steps);
    const isFailed = findings.some(({ verdict }) => verdict === 'failed');
    const isOpen = findings.some(({ verdict }) => verdict === 'not-proven');
    if (round === 1 || isFailed || (isOpen && kept.length < KEPT_ROUNDS * steps.length)) {
      kept.push(...findings.map(one => ({ ...one, claim: `${one.claim}, round ${round}` })));
    }
    if (isFailed) return { ...nested(claim, kept), observed: `round ${round} of ${times} failed` };
  }
  return nested(claim, kept);
}

/** The messages of others are no fault of the peers. */
function orOthersDoing(error: unknown): LabError {
  if (isOthersDoing(error)) return error;
  throw error;
}

/** @param withinMs how long is waited until what is expected of the peers, and of messages sent before, holds */
async function judgeExpectation(
  context: ScenarioContext,
  expect: Expectation,
  kept: KeptMessages | undefined,
  bound: Bound,
  withinMs: number | undefined = expect.withinMs,
): Promise<NestedFinding> {
  const { lab, faults } = context;
  const { links, probe } = expect;
  const isOfPeers = (key: string): boolean => PEER_EXPECTATIONS.some(known => known === key);
  const asked = Object.entries(expect).filter(([, value]) => value !== undefined);
  const isAboutMessages = asked.length === 0 || asked.some(([key]) => !isOfPeers(key));
  const { signal } = bound;
  const judged = async (judge: () => Promise<NestedFinding>): Promise<NestedFinding> =>
    await context.whileNothingChanges(
      async () => await untilHolds(judge, { withinMs, clock: faults.clock, signal }),
      bound,
    );
  const findings: NestedFinding[] = [];
  if (kept !== undefined && isAboutMessages) {
    bound.waitFor('the messages to arrive');
    // A sending step has waited for them.
    const isSent = expect.withinMs === withinMs;
    const judge = async (): Promise<NestedFinding> => await judgeKept(kept, expect);
    findings.push(isSent ? await judge() : await judged(judge));
  }
  if (links !== undefined) {
    bound.waitFor('every peer to report its links');
    findings.push(await judged(async () => await judgeLinks(lab, links, peer => faults.isDown(peer))));
  }
  if (isAboutMembers(expect)) {
    bound.waitFor('the peers to list each other');
    findings.push(await judged(async () => joined('members', await judgeMembers(lab, expect))));
  }
  if (probe !== undefined) {
    bound.waitFor('the peers to answer each other');
    const judge = async (): Promise<NestedFinding> => await judgeProbes(lab, probe, { withinMs, signal });
    findings.push(await context.whileNothingChanges(judge, bound));
  }
  return joined('expect', findings);
}

async function runChecks(context: ScenarioContext, checks: readonly string[], bound: Bound): Promise<NestedFinding> {
  bound.waitFor('temporary faults to end');
  await context.faults.passed(bound.signal);
  const run = async (): Promise<NestedFinding> => await runCheckSteps(context.lab, checks, context.checking(bound));
  return await context.whileNothingChanges(run, bound);
}
