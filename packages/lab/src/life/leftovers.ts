/** What belongs to no living lab, across drivers: found, and removed. */
import type { Driver, DriverName, Leftover } from '@peerlab/driver';

/** A leftover, and whose it is. */
export interface FoundLeftover extends Leftover {
  readonly driver: DriverName;
}

/** What became of the leftovers that were to be removed. */
export interface Removal {
  readonly removed: readonly FoundLeftover[];
  readonly failed: readonly (FoundLeftover & { readonly error: string })[];
}

/** The leftovers of these drivers, in the order in which they are to be removed. @throws {LabError} what a driver throws */
export async function findLeftovers(drivers: readonly Driver[]): Promise<readonly FoundLeftover[]> {
  const found = await Promise.all(
    drivers.map(async driver => {
      const leftovers = await driver.leftovers();
      return leftovers.map(leftover => ({ ...leftover, driver: driver.name }));
    }),
  );
  return found.flat();
}

/**
 * Removes those that are still leftovers: a confirmation may take a while, and a lab can have been
 * repaired meanwhile. Goes on after a failure.
 * @throws {LabError} what a driver throws when it looks again
 */
export async function removeLeftovers(drivers: readonly Driver[], wanted: readonly FoundLeftover[]): Promise<Removal> {
  const keyOf = ({ driver, kind, id }: FoundLeftover): string => `${driver} ${kind} ${id}`;
  const keys = new Set(wanted.map(keyOf));
  const removed: FoundLeftover[] = [];
  const failed: Removal['failed'][number][] = [];
  for (const leftover of await findLeftovers(drivers)) {
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
