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
    const { reason } = probe;
    const advice = [...(probe.advice === undefined ? [] : [probe.advice]), ...(await alternatives(driver, drivers))];
    throw new LabError('ENGINE_UNREACHABLE', reason, advice.length === 0 ? {} : { advice: advice.join(', ') });
  }
  const reasons: string[] = [];
  for (const driver of drivers) {
    const probe = await driver.probe();
    if (probe.available) return { driver, reason: [...reasons, probe.reason].join('; ') };
    reasons.push(probe.reason);
  }
  const why = reasons.length === 0 ? 'PEERLAB_DRIVERS leaves none' : reasons.join('; ');
  throw new LabError('ENGINE_UNREACHABLE', `no driver works on this machine: ${why}`);
}

/** Drivers that work here in place of one that does not, as advice. */
async function alternatives(than: Driver, drivers: readonly Driver[]): Promise<readonly string[]> {
  const others = drivers.filter(driver => driver !== than);
  const probed = await Promise.all(others.map(async driver => ({ driver, probe: await driver.probe() })));
  return probed.flatMap(({ driver, probe }) => (probe.available ? [`or use --driver ${driver.name}`] : []));
}

/** A driver that could not be asked for its labs. It may have some. */
export interface Unasked {
  readonly driver: DriverName;
  /** In one clause. */
  readonly reason: string;
  /** What to do, so that it can be asked. */
  readonly advice?: string | undefined;
}

/** The labs of some drivers, by name, and the drivers that could not be asked. */
export interface LabSurvey {
  readonly labs: readonly LabSummary[];
  readonly unasked: readonly Unasked[];
}

/** Asks each driver for its labs. */
export async function surveyLabs(drivers: readonly Driver[]): Promise<LabSurvey> {
  const lists = await Promise.allSettled(drivers.map(async driver => await driver.list()));
  const labs = lists.flatMap(result => (result.status === 'fulfilled' ? result.value : []));
  const unasked = lists.flatMap((result, i) =>
    result.status === 'fulfilled' ? [] : [unaskedBy(drivers[i]?.name ?? '', result.reason)],
  );
  return { labs: labs.sort((a, b) => (a.name < b.name ? -1 : 1)), unasked };
}

/** Every lab of every driver that answers, by name. */
export async function listLabs(drivers: readonly Driver[]): Promise<readonly LabSummary[]> {
  return (await surveyLabs(drivers)).labs;
}

/**
 * Finds a lab by name, with whatever is left of it.
 * @param silent drivers that were found not to answer, and that may have it
 * @throws {LabError} `NO_SUCH_LAB` with the nearest name; `ENGINE_UNREACHABLE` where a driver that may have it could not be asked;
 *   `NAME_TAKEN` where several have one of that name: which is meant is not known
 */
export async function findLab(
  drivers: readonly Driver[],
  name: string,
  silent: readonly Unasked[] = [],
): Promise<RunningLab> {
  const problems: { readonly driver: DriverName; readonly error: unknown }[] = [];
  const found: RunningLab[] = [];
  for (const driver of drivers) {
    try {
      const lab = await driver.find(name);
      if (lab !== undefined) found.push(lab);
    } catch (error) {
      problems.push({ driver: driver.name, error });
    }
  }
  const [only, other] = found;
  if (only !== undefined && other !== undefined) throw severalLabs(name, found);
  if (only !== undefined) return only;
  const defect = problems.find(({ error }) => !(error instanceof LabError));
  if (defect !== undefined) throw defect.error;
  const names = (await listLabs(drivers)).map(lab => lab.name);
  const near = didYouMean(name, names);
  const unasked = [...silent, ...problems.map(({ driver, error }) => unaskedBy(driver, error))];
  if (unasked.length > 0) throw unknownLab(name, unasked, near, problems[0]?.error);
  const advice = near ?? (names.length > 0 ? `available: ${names.join(', ')}` : 'start one with lab up FILE');
  throw new LabError('NO_SUCH_LAB', `there is no lab "${name}"`, { advice });
}

/** One was made while the driver of the other could not be asked. */
function severalLabs(name: string, found: readonly RunningLab[]): LabError {
  const drivers = found.map(({ driver }) => driver);
  return new LabError('NAME_TAKEN', `${drivers.join(' and ')} have a lab "${name}" each`, {
    advice: `choose one: ${drivers.map(driver => `--driver ${driver}`).join(' or ')}`,
    details: { lab: name, drivers },
  });
}

/** What was not asked is not absent. */
function unknownLab(name: string, unasked: readonly Unasked[], near: string | undefined, cause: unknown): LabError {
  const why = unasked.map(({ driver, reason }) => `${driver} cannot be asked: ${reason}`).join('; ');
  const advice = [...unasked.flatMap(one => one.advice ?? []), ...(near === undefined ? [] : [near])].join('; ');
  return new LabError('ENGINE_UNREACHABLE', `it is unknown whether there is a lab "${name}": ${why}`, {
    ...(advice === '' ? {} : { advice }),
    details: { lab: name, unasked: unasked.map(({ driver }) => driver) },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The driver that threw this. */
export function unaskedBy(driver: DriverName, error: unknown): Unasked {
  const reason = error instanceof Error ? error.message : String(error);
  return { driver, reason, ...(error instanceof LabError ? { advice: error.advice } : {}) };
}

/** Finds a lab and takes hold of its peers. @throws {LabError} as {@link findLab}, and `PEER_FAILED` */
export async function openLab(drivers: readonly Driver[], name: string, signal?: AbortSignal): Promise<Lab> {
  const running = await findLab(drivers, name);
  return await Lab.attach(running, { isNew: false, ...(signal === undefined ? {} : { signal }) });
}
