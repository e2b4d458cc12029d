/** A time of faults after a schedule, then healing, then proof. */

import type { Fault } from '@peerlab/conditions';
import { clockOf, LabError } from '@peerlab/driver';
import { noneFailed } from '@peerlab/finding';
import type { CheckFinding } from '../checks/check.ts';
import type { Lab } from '../lab.ts';
import type { AppliedFault, Recovery } from './applied-fault.ts';
import { type ChaosPlan, chaosSchedule, type ScheduledFault } from './chaos-schedule.ts';

/** How chaos is run. */
export interface ChaosOptions extends ChaosPlan {
  readonly signal?: AbortSignal | undefined;
  /**
   * A fault was applied, was lifted, or is not supported by these peers; `atMs`: on the lab's clock since the
   * beginning.
   */
  readonly onEvent?: ((event: ChaosEvent) => void) | undefined;
}

/** Something that happened. */
export interface ChaosEvent {
  readonly atMs: number;
  readonly event: 'applied' | 'reverted' | 'left-out';
  /** What was done or lifted, or why it was skipped, in one line. */
  readonly text: string;
  /** Undefined when it was left out. */
  readonly applied: AppliedFault | undefined;
}

/** What came of it. */
export interface ChaosResult {
  readonly schedule: readonly ScheduledFault[];
  readonly recovery: Recovery;
  readonly checks: readonly CheckFinding[];
  /** No check failed. */
  readonly passed: boolean;
  /** True when the signal ended it before its time: the lab was still healed and checked. */
  readonly wasCut: boolean;
}

/**
 * See the module's header. When the signal fires no more faults come; the lab is healed and proven in any case.
 * @throws {LabError} what faults and healing throw
 */
export async function runChaos(lab: Lab, options: ChaosOptions): Promise<ChaosResult> {
  const { signal, onEvent } = options;
  const clock = clockOf(lab.running);
  const schedule = chaosSchedule(lab.topology, options);
  const startedAtMs = clock.nowMs();
  const sinceStart = (): number => clock.nowMs() - startedAtMs;
  const inForce: { untilMs: number; applied: AppliedFault }[] = [];
  const waiting = [...schedule];
  let recovery: Recovery;
  try {
    while ((waiting.length > 0 || inForce.length > 0) && signal?.aborted !== true) {
      inForce.sort((a, b) => a.untilMs - b.untilMs);
      const [next, first] = [waiting[0], inForce[0]];
      const isRevert = first !== undefined && (next === undefined || first.untilMs <= next.atMs);
      const atMs = isRevert ? first.untilMs : (next?.atMs ?? 0);
      await clock.until(startedAtMs + atMs, signal).catch(() => undefined);
      if (signal?.aborted) break;
      if (isRevert) {
        inForce.shift();
        await first.applied.revert();
        onEvent?.({ atMs: sinceStart(), event: 'reverted', text: first.applied.text, applied: first.applied });
      } else if (next !== undefined) {
        waiting.shift();
        const applied = await tryFault(lab, next.fault);
        if (applied instanceof LabError) {
          onEvent?.({ atMs: sinceStart(), event: 'left-out', text: applied.message, applied: undefined });
          continue;
        }
        inForce.push({ untilMs: next.untilMs, applied });
        onEvent?.({ atMs: sinceStart(), event: 'applied', text: applied.text, applied });
      }
    }
    await clock.until(startedAtMs + options.durationMs, signal).catch(() => undefined);
  } finally {
    recovery = await lab.heal();
  }
  const checks = await lab.verify();
  return {
    schedule,
    recovery,
    checks,
    passed: noneFailed(checks),
    wasCut: signal?.aborted === true,
  };
}

/** Peers of other kinds may not be able to play a fault that the seed draws: then the next one comes. */
async function tryFault(lab: Lab, fault: Fault): Promise<AppliedFault | LabError> {
  try {
    return await lab.fault(fault);
  } catch (error) {
    if (error instanceof LabError && error.code === 'NOT_SUPPORTED') return error;
    throw error;
  }
}
