/** The drivers, made with what this installation brings: the peer's program, the version. Loaded when first needed. */
import { existsSync } from 'node:fs';
import type { Driver, DriverModule, EngineSpec } from '@peerlab/driver';
import { lastingModules } from '@peerlab/drivers';
import { INSTALLATION } from '@peerlab/installation';

/** The project's own node, bundled into one file. */
export function peerProgram(): string {
  const path = INSTALLATION.peerProgram;
  if (!existsSync(path)) throw new Error(`the peer program is missing; build it with npm run build: ${path}`);
  return path;
}

/** Makes a driver for this installation. */
export function createDriver(module: DriverModule): Driver {
  const peer = module.isOfOneProcess ? '' : peerProgram();
  return module.create({ peerProgram: peer, version: INSTALLATION.version, engines });
}

/** Every driver that labs can outlive a command on, the preferred one first. */
export async function loadDrivers(): Promise<readonly Driver[]> {
  loaded ??= lastingModules().then(modules => modules.map(createDriver));
  return await loaded;
}

/** Has drivers use these engines, in place of the one that the environment names. */
export function useEngines(specs: readonly EngineSpec[]): void {
  engines = specs.length === 0 ? undefined : specs;
  forgetDrivers();
}

/** True where the user names engines. */
export function hasNamedEngines(): boolean {
  return engines !== undefined;
}

let engines: readonly EngineSpec[] | undefined;

/** Has the drivers made anew, for a process that runs commands in several surroundings: a driver keeps where its labs are. */
export function forgetDrivers(): void {
  loaded = undefined;
}

let loaded: Promise<readonly Driver[]> | undefined;
