/**
 * Files that a user has a command write: reports, recordings, charts, topologies. What exists is never replaced unless the
 * user asks for it with --force, and is then replaced as a name: a symbolic link, not what it leads to.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Argv } from 'yargs';
import { UsageError } from './exit.ts';

/** The option of every verb that writes a file. */
export interface ForceArgs {
  readonly force: boolean;
}

/** Adds `--force`. */
export function withForce(args: Argv): Argv {
  return args.option('force', { type: 'boolean', default: false, describe: 'replace output files that exist' });
}

/** A file that is open for writing. */
export interface OutputFile {
  /** Its descriptor. */
  readonly descriptor: number;
  /** Removes the file, if this process made it and it still has that name. */
  discard(): void;
}

/** Names of the streams that this process was started with. A shell may have sent them to a file, which they add to. */
const OWN_STREAM = /^\/(dev\/(stdout|stderr|fd\/\d+)|proc\/(self|\d+)\/fd\/\d+)$/;

/**
 * Refuses a path where something exists that writing would replace. Asked before the work begins, so that no result is
 * lost to a name.
 * @throws {UsageError}
 */
export function requireNewFile(path: string, { force }: ForceArgs): void {
  if (isFolder(path)) throw notWritten(path, 'it is a folder');
  if (!force && isTaken(path)) throw taken(path);
}

/** Writes a whole file, and the folders that lead to it. @throws {UsageError} when it exists, or cannot be written */
export function writeOutput(path: string, text: string, options: ForceArgs): void {
  attempt(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    if (!(options.force && isTaken(path))) {
      const file = create(path);
      try {
        writeFileSync(file.descriptor, text);
      } catch (error) {
        file.discard();
        throw error;
      } finally {
        closeSync(file.descriptor);
      }
      return;
    }
    // As a whole, or not at all: what was there stays until the new one is complete.
    const beside = temporaryName(path);
    try {
      writeFileSync(beside, text, { flag: 'wx' });
      renameSync(beside, path);
    } catch (error) {
      rmSync(beside, { force: true });
      throw error;
    }
  });
}

/** Opens a file that is written piece by piece. @throws {UsageError} when it exists, or cannot be written */
export function openOutput(path: string, { force }: ForceArgs): OutputFile {
  return attempt(path, () => {
    if (!(force && isTaken(path))) return create(path);
    const beside = temporaryName(path);
    const file = create(beside);
    try {
      renameSync(beside, path);
    } catch (error) {
      closeSync(file.descriptor);
      file.discard();
      throw error;
    }
    return made(path, file.descriptor);
  });
}

/** A device, a pipe or a stream of this process is written to as it is; anything else must not exist yet. */
function create(path: string): OutputFile {
  const found = look(path);
  const isStream = OWN_STREAM.test(path) || (found !== undefined && !isReplaceable(path));
  if (isStream) {
    const descriptor = openSync(path, constants.O_WRONLY | constants.O_APPEND);
    return { descriptor, discard: () => undefined };
  }
  return made(path, openSync(path, 'wx'));
}

function made(path: string, descriptor: number): OutputFile {
  const own = fstatSync(descriptor);
  return {
    descriptor,
    discard: () => {
      const there = look(path);
      if (there?.ino === own.ino && there.dev === own.dev) rmSync(path, { force: true });
    },
  };
}

/** True for a file, and for a symbolic link to one or to nothing. */
function isTaken(path: string): boolean {
  return look(path) !== undefined && !OWN_STREAM.test(path) && isReplaceable(path);
}

function isReplaceable(path: string): boolean {
  const target = attemptStat(() => statSync(path));
  return target === undefined || target.isFile() || target.isDirectory();
}

function isFolder(path: string): boolean {
  return attemptStat(() => statSync(path))?.isDirectory() === true;
}

/** What has that name, links not followed; undefined where nothing has. */
function look(path: string): Stats | undefined {
  return attemptStat(() => lstatSync(path));
}

function attemptStat(stat: () => Stats): Stats | undefined {
  try {
    return stat();
  } catch {
    return undefined;
  }
}

function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}`);
}

function taken(path: string): UsageError {
  return new UsageError(`${path} already exists`, 'choose another name, or replace it with --force');
}

function notWritten(path: string, why: string): UsageError {
  return new UsageError(`${path} cannot be written: ${why}`);
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isFolder(path)) throw notWritten(path, 'it is a folder');
    if (Reflect.get(Object(error), 'code') === 'EEXIST') throw taken(path);
    throw notWritten(path, error instanceof Error ? error.message : String(error));
  }
}
