/**
 * What is left of local labs whose keeper is gone: its socket, what it wrote about its crash, processes of its peers. And what
 * may be left: a keeper that does not answer.
 */
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { killProcesses, LabError, type Leftover } from '@peerlab/driver';
import { askFacts } from './find.ts';
import { KeeperConnection } from './keeper-connection.ts';
import { keepersIn } from './keeper-processes.ts';
import { takeNameLock } from './name-lock.ts';
import type { LocalSettings } from './options.ts';
import { findOrphans, type Orphan } from './orphans.ts';
import { removeByForce, sweepSocket } from './remove.ts';
import { SOCKET_SUFFIX } from './runtime-directory.ts';
import { CRASH_SUFFIX, DATA_SUFFIX } from './start-keeper.ts';

/** What belongs to no living lab of the runtime directory. */
export async function findLeftovers(settings: LocalSettings): Promise<readonly Leftover[]> {
  const { runtimeDirectory } = settings;
  const orphans = orphansOf(runtimeDirectory).map(({ processId, lab, peer }) => ({
    kind: 'process' as const,
    id: String(processId),
    name: `process ${processId}, the peer ${peer}`,
    lab,
    why: 'the process that started it is gone',
  }));
  const [silent, dead] = await Promise.all([silentKeepers(settings), deadFiles(settings)]);
  return [...orphans, ...silent, ...dead];
}

/** Removes one. */
export async function removeLeftover({ kind, id }: Leftover, { runtimeDirectory }: LocalSettings): Promise<void> {
  if (kind === 'socket') await sweepSocket(id);
  else if (kind === 'file') rmSync(id, { force: true, recursive: id.endsWith(DATA_SUFFIX) });
  else {
    // By the id of the process alone another one could be meant by now.
    await killProcesses(orphansOf(runtimeDirectory).filter(({ processId }) => String(processId) === id));
    const keeper = keepersIn(runtimeDirectory).find(({ process }) => String(process.processId) === id);
    if (keeper !== undefined) await removeByForce(keeper);
  }
}

/** Those of this folder's labs, and of programs that were tried without a lab. */
function orphansOf(runtimeDirectory: string): readonly Orphan[] {
  return findOrphans(socket => socket === undefined || dirname(socket) === runtimeDirectory);
}

async function silentKeepers({ runtimeDirectory, answerTimeoutMs }: LocalSettings): Promise<readonly Leftover[]> {
  const found = keepersIn(runtimeDirectory).map(
    async ({ lab, socket, process: { processId } }): Promise<Leftover[]> => {
      try {
        await askFacts(socket, lab, answerTimeoutMs);
        return [];
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        const name = `process ${processId}, the keeper of ${lab}`;
        const doubt = 'it may answer again, and its peers run';
        return [{ kind: 'process', id: String(processId), name, lab, why: error.message, doubt }];
      }
    },
  );
  return (await Promise.all(found)).flat();
}

/** What a lab keeper leaves in the runtime directory: how its name ends, and what it is once the keeper is gone. */
const WHAT_IT_IS: readonly (readonly [suffix: string, why: string])[] = [
  [SOCKET_SUFFIX, 'no process serves it'],
  [CRASH_SUFFIX, 'written by a lab keeper that crashed'],
  [DATA_SUFFIX, 'holds data of a lab that is gone'],
];

async function deadFiles({ runtimeDirectory, answerTimeoutMs }: LocalSettings): Promise<readonly Leftover[]> {
  const files = entriesOf(runtimeDirectory).filter(file => WHAT_IT_IS.some(([suffix]) => file.endsWith(suffix)));
  const dead = await Promise.all(
    files.map(async (file): Promise<Leftover | undefined> => {
      const path = join(runtimeDirectory, file);
      const [suffix = '', why = ''] = WHAT_IT_IS.find(([known]) => file.endsWith(known)) ?? [];
      const isSocket = suffix === SOCKET_SUFFIX;
      const found = lstatSync(path, { throwIfNoEntry: false });
      // What has that name and is something else was not made here.
      if (isSocket && found?.isSocket() !== true) return undefined;
      if (suffix === DATA_SUFFIX && found?.isDirectory() !== true) return undefined;
      const socket = `${path.slice(0, -suffix.length)}${SOCKET_SUFFIX}`;
      const lab = basename(socket, SOCKET_SUFFIX);
      if (await isServed(socket, lab, answerTimeoutMs)) return undefined;
      return { kind: isSocket ? 'socket' : 'file', id: path, name: path, lab, why };
    }),
  );
  return dead.filter(leftover => leftover !== undefined);
}

/** Whether a keeper has that name, or is about to. */
async function isServed(socket: string, lab: string, timeoutMs: number): Promise<boolean> {
  const connection = await KeeperConnection.open(socket, lab, timeoutMs);
  connection?.close();
  if (connection !== undefined) return true;
  const lock = await takeNameLock(socket);
  lock?.release();
  return lock === undefined;
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
