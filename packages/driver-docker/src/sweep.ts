/**
 * What a throw-away lab can leave when its owner is killed at the wrong moment: its network, containers that never
 * started, and notes of cuts. Swept by the next `up`.
 */

import { findMarks, removeMark } from './cut-marks.ts';
import type { Engine } from './engine.ts';
import { deadLabs, deadVolumes, strayMarks } from './leftovers.ts';
import { inParallel } from './parallel.ts';
import { removeContainer, removeNetwork } from './remove.ts';
import { findContainers, findNetworks } from './survey.ts';
import { findVolumes, removeVolume } from './volumes.ts';

/** The most that one sweep removes, so that no `up` waits long for others' remains. */
const SWEEP_LIMIT = 64;

/**
 * Removes containers and networks of throw-away labs whose owner is known to be gone. Never throws: what cannot be removed
 * now is left for the next.
 */
export async function sweepOrphans(engine: Engine): Promise<void> {
  const quietly = (work: Promise<void>): Promise<void> => work.catch(() => undefined);
  try {
    const marks = await findMarks(engine);
    const [containers, networks, volumes] = await Promise.all([
      findContainers(engine, {}),
      findNetworks(engine, {}),
      findVolumes(engine, {}),
    ]);
    const dead = deadLabs(containers, networks).filter(({ ephemeral, doubt }) => ephemeral && doubt === undefined);
    const stray = strayMarks(marks, [...containers, ...networks], dead);
    const orphans = dead.flatMap(lab => lab.containers).slice(0, SWEEP_LIMIT);
    await inParallel(orphans, { limit: 4 }, container => quietly(removeContainer(engine, container.id)));
    const empty = dead.flatMap(lab => lab.networks).slice(0, SWEEP_LIMIT);
    await inParallel(empty, { limit: 4 }, network => quietly(removeNetwork(engine, network.id)));
    await inParallel(stray.slice(0, SWEEP_LIMIT), { limit: 4 }, mark => quietly(removeMark(engine, mark)));
    const data = deadVolumes(volumes, containers, networks).filter(
      ({ facts, doubt }) => facts.ephemeral && doubt === undefined,
    );
    await inParallel(data.slice(0, SWEEP_LIMIT), { limit: 4 }, ({ name }) => quietly(removeVolume(engine, name)));
  } catch {
    return;
  }
}
