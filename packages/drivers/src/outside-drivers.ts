/**
 * Drivers that others wrote: the driver NAME is the package `peerlab-driver-NAME`, found from the working directory. Looking for names runs none
 * of their code; a package is loaded when its driver is asked for by name.
 */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DriverModule } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';

const PREFIX = 'peerlab-driver-';

/** The names of the packages that are installed for a folder, ascending. */
export function outsideDriverNames(folder: string = process.cwd()): readonly string[] {
  const names = new Set<string>();
  for (let at = folder; ; at = dirname(at)) {
    for (const entry of entriesOf(join(at, 'node_modules'))) {
      if (entry.startsWith(PREFIX)) names.add(entry.slice(PREFIX.length));
    }
    if (dirname(at) === at) return [...names].sort();
  }
}

/** @throws {LabError} `NOT_SUPPORTED` when there is no such package, it cannot be loaded, or it is no driver */
export async function outsideDriver(name: string, folder: string = process.cwd()): Promise<DriverModule> {
  const packageName = PREFIX + name;
  const loaded = await load(packageName, name, folder);
  if (isDriverModule(loaded, name)) return loaded;
  throw new LabError('NOT_SUPPORTED', `${packageName} does not export a driverModule with the name "${name}"`, {
    advice: 'see docs/DRIVERS.md: what the package of a driver exports',
    details: { package: packageName },
  });
}

async function load(packageName: string, name: string, folder: string): Promise<unknown> {
  let path: string;
  try {
    path = createRequire(join(folder, 'noop.js')).resolve(packageName);
  } catch (cause) {
    throw new LabError('NOT_SUPPORTED', `there is no driver "${name}", and no package ${packageName} for ${folder}`, {
      advice: `correct the name, or: npm install ${packageName}`,
      details: { package: packageName, folder },
      cause,
    });
  }
  try {
    const exported: { readonly driverModule?: unknown } = await import(pathToFileURL(path).href);
    return exported.driverModule;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LabError('NOT_SUPPORTED', `${packageName} cannot be loaded: ${why}`, {
      details: { package: packageName, path },
      cause,
    });
  }
}

function isDriverModule(loaded: unknown, name: string): loaded is DriverModule {
  if (typeof loaded !== 'object' || loaded === null) return false;
  const { create, whyNotCarry, steps, ...told } = loaded as Partial<DriverModule>;
  return (
    told.name === name && typeof create === 'function' && typeof whyNotCarry === 'function' && Array.isArray(steps)
  );
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
