/** The drivers, made with what this installation brings: the peer's program, the version. Loaded when first needed. */
import { existsSync } from 'node:fs';
import type { Driver, DriverModule, DriverName, EngineSpec } from '@peerlab/driver';
import { driverModule, lastingModules } from '@peerlab/drivers';
import { INSTALLATION } from '@peerlab/installation';
import { UsageError } from './exit.ts';

/** The project's own node, bundled into one file. */
export function peerProgram(): string {
  const path = INSTALLATION.peerProgram;
  if (!existsSync(path)) throw new Error(`the peer program is missing; build it with npm run build: ${path}`);
  return path;
}

/** Makes a driver for this installation. */
export function createDriver(module: DriverModule): Driver {
  const peer = module.isVirtual === true ? '' : peerProgram();
  return module.create({ peerProgram: peer, version: INSTALLATION.version, engines, pinned });
}

/**
 * Every driver that labs can outlive a command on, the preferred one first; the one that {@link useDriver} named, where it did.
 * @throws {LabError} `NOT_SUPPORTED` for a name that leads to no driver; {UsageError} for one whose labs do not outlive a command
 */
export async function loadDrivers(): Promise<readonly Driver[]> {
  loaded ??= modules().then(found => found.map(createDriver));
  return await loaded;
}

async function modules(): Promise<readonly DriverModule[]> {
  if (only === undefined) return await lastingModules();
  const module = await driverModule(only);
  if (!module.isOfOneProcess) return [module];
  throw new UsageError(
    `--driver ${only}: its labs end with the command that made them`,
    `they are proven by lab up FILE --driver ${only}, or lab test`,
  );
}

/** Has only labs of this driver looked for; undefined: of every one of the list. */
export function useDriver(name: DriverName | undefined): void {
  only = name;
  forgetDrivers();
}

/** The driver whose labs alone are looked for; undefined where none is named. */
export function namedDriver(): DriverName | undefined {
  return only;
}

/** Has drivers use these engines, in place of the one that the environment names. @param asked by the command line, not by settings */
export function useEngines(specs: readonly EngineSpec[], asked: boolean): void {
  engines = specs.length === 0 ? undefined : specs;
  areAsked = asked;
  pinned = undefined;
  forgetDrivers();
}

/** Has drivers place these peers on these engines, both by name. */
export function usePlaces(places: ReadonlyMap<string, string>): void {
  pinned = places;
  forgetDrivers();
}

/** The engines that the user names; undefined where no one is named. */
export function namedEngines(): readonly EngineSpec[] | undefined {
  return engines;
}

/** True where the command line itself names engines: a driver that takes none is then a mistake. */
export function areEnginesAsked(): boolean {
  return engines !== undefined && areAsked;
}

let only: DriverName | undefined;
let engines: readonly EngineSpec[] | undefined;
let areAsked = false;
let pinned: ReadonlyMap<string, string> | undefined;

/** Has the drivers made anew, for a process that runs commands in several surroundings: a driver keeps where its labs are. */
export function forgetDrivers(): void {
  loaded = undefined;
}

let loaded: Promise<readonly Driver[]> | undefined;
