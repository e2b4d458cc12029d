/**
 * What a throw-away lab can leave when its owner is killed at the wrong moment: its network, containers that never
 * started, and notes of cuts. Swept by the next `up`.
 */

import { findMarks, removeMark } from './cut-marks.ts';
import { askEach, type Fleet } from './fleet.ts';
import { deadLabs, deadVolumes, strayMarks } from './leftovers.ts';
import { inParallel } from './parallel.ts';
import { removeContainer, removeNetwork } from './remove.ts';
import { findContainersOf, findNetworksOf } from './survey.ts';
import { findVolumes, removeVolume } from './volumes.ts';

/** The most that one sweep removes, so that no `up` waits long for others' remains. */
const SWEEP_LIMIT = 64;

/**
 * Removes containers and networks of throw-away labs whose owner is known to be gone. Never throws: what cannot be removed
 * now is left for the next.
 */
export async function sweepOrphans(fleet: Fleet): Promise<void> {
  const quietly = (work: Promise<void>): Promise<void> => work.catch(() => undefined);
  try {
    const marks = (await askEach(fleet, async engine => await findMarks(engine))).found;
    const [{ found: containers }, { found: networks }, { found: volumes }] = await Promise.all([
      findContainersOf(fleet, {}),
      findNetworksOf(fleet, {}),
      askEach(fleet, async engine => await findVolumes(engine, {})),
    ]);
    const dead = deadLabs(containers, networks).filter(({ ephemeral, doubt }) => ephemeral && doubt === undefined);
    const stray = strayMarks(marks, [...containers, ...networks], dead);
    const orphans = dead.flatMap(lab => lab.containers).slice(0, SWEEP_LIMIT);
    await inParallel(orphans, { limit: 4 }, ({ engine, id }) => quietly(removeContainer(engine, id)));
    const empty = dead.flatMap(lab => lab.networks).slice(0, SWEEP_LIMIT);
    await inParallel(empty, { limit: 4 }, ({ engine, id }) => quietly(removeNetwork(engine, id)));
    await inParallel(stray.slice(0, SWEEP_LIMIT), { limit: 4 }, mark => quietly(removeMark(mark.engine, mark)));
    const data = deadVolumes(volumes, containers, networks).filter(
      ({ facts, doubt }) => facts.ephemeral && doubt === undefined,
    );
    await inParallel(data.slice(0, SWEEP_LIMIT), { limit: 4 }, ({ engine, name }) =>
      quietly(removeVolume(engine, name)),
    );
  } catch {
    return;
  }
}
