/** Finds labs across drivers: by name, without any file. */

import type { Driver, DriverName, LabSummary, RunningLab } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { didYouMean } from '@peerlab/topology';
import { Lab } from '../lab.ts';

/** The driver that was chosen, and why, in one clause. */
export interface DriverChoice {
  readonly driver: Driver;
  readonly reason: string;
}

/**
 * Chooses a driver: the one that was asked for, or, with `auto`, the first that can work here.
 * @throws {LabError} `ENGINE_UNREACHABLE` when the one that was asked for cannot work here
 */
export async function chooseDriver(requested: DriverName, drivers: readonly Driver[]): Promise<DriverChoice> {
  if (requested !== 'auto') {
    const driver = drivers.find(({ name }) => name === requested);
    if (driver === undefined) throw new LabError('NOT_SUPPORTED', `the driver ${requested} is not available`);
    const probe = await driver.probe();
    if (probe.available) return { driver, reason: probe.reason };
    const { reason, advice } = probe;
    throw new LabError('ENGINE_UNREACHABLE', reason, advice === undefined ? {} : { advice });
  }
  const reasons: string[] = [];
  for (const driver of drivers) {
    const probe = await driver.probe();
    if (probe.available) return { driver, reason: [...reasons, probe.reason].join('; ') };
    reasons.push(probe.reason);
  }
  throw new LabError('ENGINE_UNREACHABLE', `no driver works on this machine: ${reasons.join('; ')}`);
}

/** Every lab of every driver that answers, by name. A driver that cannot be asked has no labs. */
export async function listLabs(drivers: readonly Driver[]): Promise<readonly LabSummary[]> {
  const lists = await Promise.allSettled(drivers.map(async driver => await driver.list()));
  const labs = lists.flatMap(result => (result.status === 'fulfilled' ? result.value : []));
  return labs.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Finds a lab by name, with whatever is left of it.
 * @throws {LabError} `NO_SUCH_LAB` with the nearest name
 */
export async function findLab(drivers: readonly Driver[], name: string): Promise<RunningLab> {
  const problems: unknown[] = [];
  for (const driver of drivers) {
    try {
      const lab = await driver.find(name);
      if (lab !== undefined) return lab;
    } catch (error) {
      problems.push(error);
    }
  }
  const names = (await listLabs(drivers)).map(lab => lab.name);
  const advice =
    didYouMean(name, names) ?? (names.length > 0 ? `available: ${names.join(', ')}` : 'start one with lab up FILE');
  // A driver that does not answer may well have it.
  const [cause] = problems;
  throw new LabError('NO_SUCH_LAB', `there is no lab "${name}"`, { advice, ...(cause === undefined ? {} : { cause }) });
}

/** Finds a lab and takes hold of its peers. @throws {LabError} as {@link findLab}, and `PEER_FAILED` */
export async function openLab(drivers: readonly Driver[], name: string, signal?: AbortSignal): Promise<Lab> {
  const running = await findLab(drivers, name);
  return await Lab.attach(running, { isNew: false, ...(signal === undefined ? {} : { signal }) });
}
