/**
 * Engines that the others do not reach, tried now: a Swarm notices a pulled cable only 13 to 16 s later, and what fails until then would be
 * blamed on peers.
 */
import { LabError } from '@peerlab/driver';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import type { Engine } from '../engine.ts';
import type { Fleet } from '../fleet.ts';
import type { DockerSettings } from '../options.ts';
import { cutOffEngines, swarmFacts } from '../swarm.ts';
import { tryPaths } from './probe-engines.ts';

/** How long the trial may take, in milliseconds: a container on each engine, and a second for what does not answer. */
const TRIAL_MS = 6000;

/** Two engines, of which the first did not reach the second. */
export type BrokenPath = readonly [from: string, to: string];

/** Those that the Swarm has lost, and those that a trial does not reach. What cannot be tried in time is not accused. */
export async function unreachedEngines(fleet: Fleet, settings: DockerSettings): Promise<readonly Engine[]> {
  const lost = await cutOffEngines(fleet);
  if (fleet.engines.length === 1 || lost.length > 0) return lost;
  let timer: Timer | undefined;
  const late = new Promise<readonly BrokenPath[]>(resolve => {
    timer = startTimer(() => resolve([]), TRIAL_MS);
  });
  const broken = await Promise.race([brokenPaths(fleet, settings), late]);
  stopTimer(timer);
  const names = suspectsOf(broken, fleet.control.name);
  return fleet.engines.filter(({ name }) => names.includes(name));
}

async function brokenPaths({ engines }: Fleet, settings: DockerSettings): Promise<readonly BrokenPath[]> {
  try {
    const answers = await Promise.allSettled(engines.map(async engine => await swarmFacts(engine)));
    const addresses = new Map(
      engines.flatMap((engine, i) => {
        const answer = answers[i];
        // The survey names one that does not answer.
        const address = answer?.status === 'fulfilled' ? answer.value.address : '';
        return address === '' ? [] : [[engine, address] as const];
      }),
    );
    return await tryPaths(addresses, settings);
  } catch (error) {
    if (error instanceof LabError) return [];
    throw error;
  }
}

/**
 * The fewest engines, about, that explain the broken paths: the one that most of them lead from or to, then the one of the rest. Of two that
 * explain as much it is not the control, by which the lab is seen.
 */
export function suspectsOf(broken: readonly BrokenPath[], control: string): readonly string[] {
  const suspects: string[] = [];
  let rest = broken;
  while (rest.length > 0) {
    const names = [...new Set(rest.flat())].sort();
    const weightOf = (name: string): number =>
      2 * rest.filter(path => path.includes(name)).length - (name === control ? 1 : 0);
    const worst = names.reduce((one, other) => (weightOf(other) > weightOf(one) ? other : one));
    suspects.push(worst);
    rest = rest.filter(path => !path.includes(worst));
  }
  return suspects;
}
