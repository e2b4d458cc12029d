/**
 * Drivers that others wrote: the driver NAME is the package `peerlab-driver-NAME`, found from the working directory, else beside Peerlab's own
 * installation. Looking for names runs none of their code; a package is loaded when its driver is asked for by name.
 */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DriverModule } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { faultOfModule } from './fault-of-module.ts';

const PREFIX = 'peerlab-driver-';

/** What may follow the prefix: nothing that leads to another package, or out of the folder of packages. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;

/** Where Peerlab itself is: a package that is installed beside it is found too, such as one beside a global `peerlab`. */
const OWN_FOLDER: string = import.meta.dirname;

/** The names of the packages that are installed for a folder, or beside Peerlab, ascending. */
export function outsideDriverNames(folder: string = process.cwd()): readonly string[] {
  const names = [folder, OWN_FOLDER].flatMap(packageFolders).flatMap(entriesOf);
  const found = names.filter(name => name.startsWith(PREFIX)).map(name => name.slice(PREFIX.length));
  return [...new Set(found)].filter(name => NAME.test(name)).sort();
}

/** Whether a driver of others could have this name. */
export function isOutsideName(name: string): boolean {
  return NAME.test(name);
}

/** The package that the driver of others with this name is. */
export function outsidePackage(name: string): string {
  return PREFIX + name;
}

/** @throws {LabError} `NOT_SUPPORTED` when there is no such package, it cannot be loaded, or it is no driver for this Peerlab */
export async function outsideDriver(name: string, folder: string = process.cwd()): Promise<DriverModule> {
  const packageName = outsidePackage(name);
  const path = resolve(packageName, name, folder);
  const exported = await load(packageName, path);
  const fault = faultOfModule(exported, name);
  if (fault === undefined) return exported as DriverModule;
  throw new LabError('NOT_SUPPORTED', `${packageName} ${fault.message}`, {
    advice: fault.advice,
    details: { package: packageName, path },
  });
}

function resolve(packageName: string, name: string, folder: string): string {
  const details = { package: packageName, folder };
  let refused: unknown;
  for (const from of NAME.test(name) ? [folder, OWN_FOLDER] : []) {
    try {
      return createRequire(join(from, 'noop.js')).resolve(packageName);
    } catch (cause) {
      if (Reflect.get(Object(cause), 'code') !== 'MODULE_NOT_FOUND') refused ??= cause;
    }
  }
  if (refused !== undefined) {
    throw new LabError('NOT_SUPPORTED', `${packageName} has no entry: its package.json leads to none`, {
      advice: '"exports" of its package.json must be a path, or have the condition "default"',
      details,
      cause: refused,
    });
  }
  throw new LabError('NOT_SUPPORTED', `there is no driver "${name}", and no package ${packageName} for ${folder}`, {
    advice: `correct the name, or: npm install ${packageName}`,
    details,
  });
}

async function load(packageName: string, path: string): Promise<unknown> {
  try {
    const exported: { readonly default?: unknown } = await import(pathToFileURL(path).href);
    return exported.default;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LabError('NOT_SUPPORTED', `${packageName} cannot be loaded: ${why}`, {
      details: { package: packageName, path },
      cause,
    });
  }
}

/** The folders of packages that are seen from a folder, the nearest first. */
function packageFolders(folder: string): readonly string[] {
  const up = dirname(folder);
  return [join(folder, 'node_modules'), ...(up === folder ? [] : packageFolders(up))];
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
