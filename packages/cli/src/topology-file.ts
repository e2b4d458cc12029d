/** Reads topology files as a user names them, with a clear word for everything that is not one. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { didYouMean, parseTopology, type Topology } from '@peerlab/topology';
import { UsageError } from './exit.ts';

/** Larger files are no topology: nothing that a person or a generator of ours writes comes near. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

/**
 * Reads and checks a file.
 * @throws {UsageError} when there is no such file, or it is none; {TopologyError} for what is in it
 */
export function readTopology(
  file: string,
  overrides: { name?: string | undefined; seed?: number | undefined } = {},
): Topology {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  if (bytes.length > MAX_FILE_BYTES) throw new UsageError(`${file} is too large for a topology: ${bytes.length} bytes`);
  return parseTopology(bytes, { file, overrides });
}

function unreadable(file: string, error: unknown): UsageError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EISDIR') {
    const inside = topologiesIn(file).slice(0, 5);
    const advice = inside.length > 0 ? `in it: ${inside.map(name => join(file, name)).join(', ')}` : undefined;
    return new UsageError(`${file} is a directory, not a topology file`, advice);
  }
  if (code !== 'ENOENT') return new UsageError(`${file} cannot be read: ${String(code ?? error)}`);
  const folders = [...new Set([dirname(file), 'topologies'])];
  const files = folders.flatMap(folder => topologiesIn(folder).map(name => join(folder, name)));
  const byName = new Map(files.map(path => [basename(path).replace(/\.ya?ml$/, ''), path]));
  const meant = byName.get(basename(file)) ?? nearestFile(file, byName);
  const advice = meant === undefined ? undefined : `did you mean ${meant}?`;
  return new UsageError(
    `there is no file ${file}`,
    advice ?? (files.length > 0 ? `there are ${files.slice(0, 6).join(', ')}` : undefined),
  );
}

function nearestFile(file: string, byName: ReadonlyMap<string, string>): string | undefined {
  const word = basename(file).replace(/\.ya?ml$/, '');
  const quoted = didYouMean(word, byName.keys());
  const name = quoted?.match(/"(.+)"/)?.[1];
  return name === undefined ? undefined : byName.get(name);
}

function topologiesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(name => /\.ya?ml$/.test(name));
  } catch {
    return [];
  }
}
