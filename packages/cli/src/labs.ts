/** From what a person types (a lab's name, or its topology file) to the lab, across the drivers that answer. */
import { type Driver, type DriverName, LabError, type RunningLab, silenceText } from '@peerlab/driver';
import { outsideDriverNames } from '@peerlab/drivers';
import { findLab, Lab, type Unasked } from '@peerlab/lab';
import type { LargeTopology } from '@peerlab/topology';
import { loadDrivers } from './drivers.ts';
import { note, thousands } from './output/print.ts';
import { shellWord } from './output/shell-word.ts';
import { isPath, readAnyTopology } from './topology-file.ts';

/** A driver that cannot be asked, and why. */
export interface SilentDriver {
  readonly driver: DriverName;
  readonly reason: string;
}

/** The drivers that answer, and those that do not: a dead engine must not keep a person from a local lab. */
export interface ReachableDrivers {
  readonly drivers: readonly Driver[];
  readonly silent: readonly SilentDriver[];
  /** Those of `silent` that may have labs: an engine that was never on this machine has none. */
  readonly unasked: readonly Unasked[];
}

/** Asks each driver whether it works now. @param among left out: those that labs can outlive a command on */
export async function reachableDrivers(among?: readonly Driver[]): Promise<ReachableDrivers> {
  const all = among ?? (await loadDrivers());
  const probes = await Promise.all(all.map(async driver => ({ driver, probe: await driver.probe() })));
  return {
    drivers: probes.flatMap(({ driver, probe }) => (probe.available ? [driver] : [])),
    silent: probes.flatMap(({ driver, probe }) =>
      probe.available ? [] : [{ driver: driver.name, reason: probe.reason }],
    ),
    unasked: probes.flatMap(({ driver, probe: { available, reason, advice, isAbsent, silent = [] } }) =>
      available
        ? silent.map(({ name, reason, advice }) => ({ driver: `${driver.name} on engine ${name}`, reason, advice }))
        : isAbsent === true
          ? []
          : [{ driver: driver.name, reason, advice }],
    ),
  };
}

/** Tells, beside the result, what is missing in it. @param what such as `labs of docker are not listed`, without the driver */
export function tellUnasked(unasked: readonly Unasked[], what: (driver: DriverName) => string): void {
  for (const { driver, reason, advice } of unasked) {
    note(`${what(driver)}: ${reason}`);
    if (advice !== undefined) note(`  ${advice}`);
  }
}

/** The lab's name: the word itself, or the name in the file that it is the path of. */
export async function labNameOf(labOrFile: string): Promise<string> {
  return isPath(labOrFile) ? (await readAnyTopology(labOrFile)).name : labOrFile;
}

/**
 * Finds a lab.
 * @throws {LabError} `NO_SUCH_LAB` with the nearest name; `ENGINE_UNREACHABLE` where a driver that may have it does not answer
 */
export async function findNamed(labOrFile: string, reachable?: ReachableDrivers): Promise<RunningLab> {
  const topology = isPath(labOrFile) ? await readAnyTopology(labOrFile) : { name: labOrFile };
  const { name } = topology;
  if ('peerCount' in topology) throw doesNotStay(topology, labOrFile);
  const { drivers, unasked } = reachable ?? (await reachableDrivers());
  return await findLab(drivers, name, unasked).catch((error: unknown) => {
    throw withOutsideDrivers(error, drivers);
  });
}

/** A lab that is not found may be one of a driver that is asked by name alone. */
function withOutsideDrivers(error: unknown, asked: readonly Driver[]): unknown {
  if (!(error instanceof LabError) || error.code !== 'NO_SUCH_LAB') return error;
  const others = outsideDriverNames().filter(name => asked.every(driver => driver.name !== name));
  if (others.length === 0) return error;
  const hint = `a driver from a package is asked only by name: ${others.map(name => `--driver ${name}`).join(' or ')}`;
  return new LabError(error.code, error.message, {
    advice: error.advice === undefined ? hint : `${error.advice}; ${hint}`,
    details: error.details,
    definite: error.definite,
    cause: error.cause,
  });
}

function doesNotStay({ name, peerCount }: LargeTopology, file: string): LabError {
  return new LabError(
    'NO_SUCH_LAB',
    `${name} is not running: a network of ${thousands(peerCount)} peers exists only during its simulation`,
    {
      advice: `simulate and check it in one run: lab up ${shellWord(file)} --driver simulation`,
    },
  );
}

/** How a lab is opened. */
export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  /** False: no peer is asked before something needs it. @default true */
  readonly opens?: boolean | undefined;
}

/** Finds a lab and takes hold of its peers; a note names those that do not answer. @throws {LabError} as {@link findNamed}; `ABORTED` */
export async function openNamed(labOrFile: string, options: OpenOptions = {}): Promise<Lab> {
  const lab = await Lab.attach(await findNamed(labOrFile), { isNew: false, ...options });
  for (const { name, silentMs } of lab.peers) if (silentMs !== undefined) note(`${name} ${silenceText(silentMs)}`);
  return lab;
}
