/**
 * The folder where labs are found: one socket per lab, nothing else. It belongs to one user: who may open a socket
 * controls the lab.
 */
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { LabError } from '@peerlab/driver';

/** The longest path of a socket, in bytes, on every system: `sun_path` has 104 bytes on macOS, 108 on Linux. */
const MAX_SOCKET_PATH_BYTES = 103;

/** How a socket's file name ends. */
export const SOCKET_SUFFIX = '.sock';

/** Where the sockets are when nobody says otherwise, whatever the working directory is. */
export function defaultRuntimeDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const runtime = env.XDG_RUNTIME_DIR;
  if (runtime !== undefined && isAbsolute(runtime)) return join(runtime, 'peerlab');
  const temporary = tmpdir();
  return join(isAbsolute(temporary) ? temporary : '/tmp', `peerlab-${process.getuid?.() ?? 'user'}`);
}

/** What of the environment is not used, in one clause: a path that is not absolute means nothing (XDG Base Directory). */
export function ignoredRuntimeDirectory({ XDG_RUNTIME_DIR: runtime }: NodeJS.ProcessEnv): string | undefined {
  if (runtime === undefined || runtime === '' || isAbsolute(runtime)) return undefined;
  return `XDG_RUNTIME_DIR is ignored, because it is no absolute path: ${runtime}`;
}

/**
 * Makes the folder where it is missing, and sees to it that it is this user's alone.
 * @throws {LabError} `ENGINE_REFUSED` when it cannot be made or is somebody else's.
 */
export function ensureRuntimeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const found = lstatSync(directory);
    if (!found.isDirectory()) throw new Error('it is not a folder');
    const uid = process.getuid?.();
    if (uid !== undefined && found.uid !== uid) throw new Error(`it belongs to the user ${found.uid}`);
    if ((found.mode & 0o077) !== 0) chmodSync(directory, 0o700);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LabError('ENGINE_REFUSED', `labs cannot keep their sockets in ${directory}: ${why}`, {
      advice: 'set XDG_RUNTIME_DIR to your own folder',
      details: { directory },
      cause: error,
    });
  }
}

/**
 * The path of a lab's socket: under the lab's name, or, where that is too long for a socket, under its hash.
 * @throws {LabError} `ENGINE_REFUSED` when even that does not fit.
 */
export function socketPath(directory: string, lab: string): string {
  const plain = join(directory, `${lab}${SOCKET_SUFFIX}`);
  if (/^[\w.-]+$/.test(lab) && fits(plain)) return plain;
  const hash = createHash('sha256').update(lab).digest('hex').slice(0, 24);
  const short = join(directory, `~${hash}${SOCKET_SUFFIX}`);
  if (fits(short)) return short;
  throw new LabError('ENGINE_REFUSED', `the path of the folder for sockets is too long: ${directory}`, {
    advice: 'set XDG_RUNTIME_DIR to a folder with a short path',
    details: { directory },
  });
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES;
}
