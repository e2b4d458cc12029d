/**
 * Runs a scenario on a lab that is up. Nothing is waited for by sleeping: a message is over when nothing is in flight, and
 * the time of a step is a schedule on the lab's clock. run-step.ts bounds each step, do-step.ts does what it says.
 */

import { noneFailed } from '@peerlab/finding';
import type { Lab } from '@peerlab/lab';
import type { Scenario } from '@peerlab/topology';
import { Bound } from './bound.ts';
import { DriverWatch } from './driver-watch.ts';
import { runSequence } from './run-step.ts';
import { ScenarioContext, type ScenarioOptions } from './scenario-context.ts';
import type { ScenarioResult } from './step-finding.ts';

/**
 * See the module's header. Steps after one that could not be brought to an end are not tried.
 * @throws {LabError} `ABORTED`, and what has nothing to do with the peers: `ENGINE_UNREACHABLE`, as soon as the driver hangs
 */
export async function runScenario(
  lab: Lab,
  scenario: Scenario,
  options: ScenarioOptions = {},
): Promise<ScenarioResult> {
  const context = new ScenarioContext(lab, scenario, options);
  // Virtual time has no engine that could hang, and goes by looks.
  using watch = lab.clock.isVirtual ? undefined : new DriverWatch(lab.running, options.lookEveryMs);
  const ends = [options.signal, watch?.signal].filter(signal => signal !== undefined);
  const whole = new Bound('the scenario', scenario.timeoutMs, AbortSignal.any(ends));
  try {
    const steps = await runSequence(context, scenario.steps, whole, finding => options.onStep?.(finding));
    return { passed: noneFailed(steps), steps, timeMs: context.elapsedMs };
  } finally {
    whole.lift();
    await context.close();
  }
}
