/** Reads topology files as a user names them, with a clear word for everything that is not one. */
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { SecuritySetting } from '@peerlab/conditions';
import {
  canBeLaidOut,
  decodeUtf8,
  isLargeTopology,
  type LargeTopology,
  layOut,
  nearest,
  type PackWish,
  parseAnyTopology,
  type Topology,
} from '@peerlab/topology';
import { UsageError } from './exit.ts';
import { thousands } from './output/print.ts';
import { shellWord } from './output/shell-word.ts';
import { STANDARD_INPUT } from './standard-input.ts';

/** Larger files are no topology: nothing that a person or a generator of ours writes comes near. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** Values that override the file. */
export interface TopologyOverrides {
  readonly name?: string | undefined;
  readonly seed?: number | undefined;
  readonly pack?: PackWish | undefined;
  readonly security?: SecuritySetting | undefined;
}

/** True for what can only be a file: it has a folder or a file's ending, or is standard input. */
export function isPath(word: string): boolean {
  return /[/\\]|\.(ya?ml|json)$/i.test(word);
}

/**
 * Reads and checks a file, or standard input, for what needs every peer of it.
 * @throws {UsageError} when there is no such file, it is none, or it is too large; {TopologyError} for what is in it
 */
export async function readTopology(file: string, overrides: TopologyOverrides = {}): Promise<Topology> {
  return withEveryPeer(await readAnyTopology(file, overrides), file);
}

/**
 * A large topology laid out, for what needs every peer of it; any other as it is.
 * @throws {UsageError} when it is too large even for that
 */
export function withEveryPeer(topology: Topology | LargeTopology, file: string): Topology {
  if (!isLargeTopology(topology)) return topology;
  if (canBeLaidOut(topology)) return layOut(topology);
  throw new UsageError(
    `${topology.name} has ${thousands(topology.peerCount)} peers, too many to expand one by one`,
    `simulate it with lab up ${shellWord(file)} --driver simulation, or lab sim flood ${shellWord(file)}`,
  );
}

/**
 * Reads and checks a file, or standard input. A large topology comes at once: it is not laid out.
 * @throws {UsageError} when there is no such file, or it is none; {TopologyError} for what is in it
 */
export async function readAnyTopology(
  file: string,
  overrides: TopologyOverrides = {},
): Promise<Topology | LargeTopology> {
  if (file === STANDARD_INPUT) return parseAnyTopology(await readInput(), { file: 'stdin', overrides });
  refuseWhatIsNoFile(file);
  return parseAnyTopology(readBytes(file), { file, overrides });
}

/**
 * Reads any text file, or standard input.
 * @throws {UsageError} when there is no such file, it is none, it is too large, or it is not UTF-8
 */
export async function readText(file: string): Promise<{ readonly file: string; readonly text: string }> {
  const isInput = file === STANDARD_INPUT;
  if (!isInput) refuseWhatIsNoFile(file);
  const bytes = isInput ? await readInput() : readBytes(file);
  const name = isInput ? 'stdin' : file;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw new UsageError(`${name} is compressed`, 'gunzip it first');
  const text = decodeUtf8(bytes);
  if (typeof text === 'string') return { file: name, text };
  throw new UsageError(`${name}:${text.line}:${text.column}: not UTF-8 text`, 'save the file as UTF-8');
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${reasonOf(error)}`);
  }
}

/** A pipe is as good as a file; a folder or a device is not. */
function refuseWhatIsNoFile(file: string): void {
  let found: Stats;
  try {
    found = statSync(file);
  } catch (error) {
    throw codeOf(error) === 'ENOENT' ? missing(file) : new UsageError(`${file} cannot be read: ${reasonOf(error)}`);
  }
  if (found.isDirectory()) {
    const inside = topologiesIn(file).slice(0, 3);
    const advice = inside.length > 0 ? `it contains ${inside.join(', ')}, …` : undefined;
    throw new UsageError(`${file} is a directory, not a topology file`, advice);
  }
  if (!found.isFile() && !found.isFIFO()) throw new UsageError(`${file} is neither a file nor a pipe`);
  if (found.size > MAX_FILE_BYTES) throw tooLarge(file, found.size);
}

async function readInput(): Promise<Uint8Array> {
  if (process.stdin.isTTY) {
    throw new UsageError('standard input is a terminal', 'pipe a topology in: lab generate ring peers=5 | lab up -');
  }
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_FILE_BYTES) throw tooLarge('standard input', sizeBytes);
  }
  return Buffer.concat(chunks);
}

function tooLarge(what: string, sizeBytes: number): UsageError {
  return new UsageError(`${what} is too large for a topology: ${Math.round(sizeBytes / 2 ** 20)} MiB`);
}

function missing(file: string): UsageError {
  const files = [...new Set([dirname(file), '.', 'topologies'])].flatMap(topologiesIn);
  const byStem = new Map(files.map(path => [stem(path), path]));
  const meant = byStem.get(stem(file)) ?? byStem.get(nearest(stem(file), byStem.keys()) ?? '');
  const examples = topologiesIn('topologies').slice(0, 3);
  const others = examples.length > 0 ? `available: ${examples.join(', ')}, …` : 'create one with lab generate';
  return new UsageError(`file not found: ${file}`, meant === undefined ? others : `did you mean ${meant}?`);
}

function stem(file: string): string {
  return basename(file).replace(/\.(ya?ml|json)$/i, '');
}

function topologiesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter(name => /\.ya?ml$/i.test(name));
    return names.sort().map(name => join(folder, name));
  } catch {
    return [];
  }
}

function codeOf(error: unknown): unknown {
  return Reflect.get(Object(error), 'code');
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return code === 'EACCES' ? 'permission denied' : String(code ?? error);
}
