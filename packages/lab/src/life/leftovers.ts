/** What belongs to no living lab, across drivers: found, and removed. */
import type { Driver, DriverName, Leftover } from '@peerlab/driver';
import { type Unasked, unaskedBy } from './find-lab.ts';

/** A leftover, and whose it is. */
export interface FoundLeftover extends Leftover {
  readonly driver: DriverName;
}

/** What became of the leftovers that were to be removed. */
export interface Removal {
  readonly removed: readonly FoundLeftover[];
  readonly failed: readonly (FoundLeftover & { readonly error: string })[];
}

/** The leftovers of some drivers, in the order in which they are to be removed, and the drivers that could not be asked. */
export interface LeftoverSurvey {
  readonly leftovers: readonly FoundLeftover[];
  readonly unasked: readonly Unasked[];
}

/** Asks each driver. */
export async function findLeftovers(drivers: readonly Driver[]): Promise<LeftoverSurvey> {
  const lists = await Promise.allSettled(drivers.map(async driver => await driver.leftovers()));
  const survey = { leftovers: [] as FoundLeftover[], unasked: [] as Unasked[] };
  for (const [i, result] of lists.entries()) {
    const driver = drivers[i]?.name ?? '';
    if (result.status === 'rejected') survey.unasked.push(unaskedBy(driver, result.reason));
    else survey.leftovers.push(...result.value.map(leftover => ({ ...leftover, driver })));
  }
  return survey;
}

/**
 * Removes those that are still leftovers: a confirmation may take a while, and a lab can have been
 * repaired meanwhile. Goes on after a failure.
 */
export async function removeLeftovers(drivers: readonly Driver[], wanted: readonly FoundLeftover[]): Promise<Removal> {
  const keyOf = ({ driver, kind, id }: FoundLeftover): string => `${driver} ${kind} ${id}`;
  const keys = new Set(wanted.map(keyOf));
  const removed: FoundLeftover[] = [];
  const failed: Removal['failed'][number][] = [];
  const { leftovers, unasked } = await findLeftovers(drivers);
  for (const { driver, reason } of unasked) {
    failed.push(...wanted.filter(one => one.driver === driver).map(one => ({ ...one, error: reason })));
  }
  for (const leftover of leftovers) {
    if (!keys.has(keyOf(leftover))) continue;
    try {
      await drivers.find(({ name }) => name === leftover.driver)?.removeLeftover(leftover);
      removed.push(leftover);
    } catch (error) {
      failed.push({ ...leftover, error: error instanceof Error ? error.message : String(error) });
    }
  }
  return { removed, failed };
}
