/** What a scenario asks for that no lab of a driver can do: said before one is made. */
import { type Driver, LabError } from '@peerlab/driver';
import type { Scenario, Step } from '@peerlab/topology';

/** @throws {LabError} `NOT_SUPPORTED` for a step that runs programs beside peers that are no processes, with its place */
export function requireDoable(scenario: Scenario, driver: Pick<Driver, 'name' | 'isVirtual'>): void {
  const step = driver.isVirtual === true ? allSteps(scenario.steps).find(({ kind }) => kind === 'exec') : undefined;
  if (step === undefined) return;
  const where = step.line === 0 ? step.path : `${step.path}, line ${step.line}`;
  const message = `exec cannot run on the driver ${driver.name} (${where}): simulated peers are objects in one process, and no program runs beside them`;
  throw new LabError('NOT_SUPPORTED', message, {
    advice: 'use --driver docker or local',
    details: { driver: driver.name, step: step.path, line: step.line },
  });
}

function allSteps(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap(step => [
    step,
    ...(step.kind === 'parallel' || step.kind === 'repeat' ? allSteps(step.steps) : []),
  ]);
}
