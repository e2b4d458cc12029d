/** What is left of local labs whose keeper is gone: its socket, what it wrote about its crash, processes of its peers. */
import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Leftover } from '@peerlab/driver';
import { KeeperConnection } from './keeper-connection.ts';
import { takeNameLock } from './name-lock.ts';
import type { LocalSettings } from './options.ts';
import { findOrphans, killOrphans } from './orphans.ts';
import { sweepSocket } from './remove.ts';
import { SOCKET_SUFFIX } from './runtime-directory.ts';
import { CRASH_SUFFIX } from './start-keeper.ts';

/** What belongs to no living lab of the runtime directory. @throws {LabError} `ENGINE_UNREACHABLE` for a keeper that is silent */
export async function findLeftovers({
  runtimeDirectory,
  answerTimeoutMs,
}: LocalSettings): Promise<readonly Leftover[]> {
  const orphans = findOrphans(socket => dirname(socket) === runtimeDirectory).map(({ processId, lab, peer }) => ({
    kind: 'process' as const,
    id: String(processId),
    name: `process ${processId}, the peer ${peer}`,
    lab,
    why: 'the keeper of its lab is gone',
  }));
  const files = entriesOf(runtimeDirectory).filter(file => file.endsWith(SOCKET_SUFFIX) || file.endsWith(CRASH_SUFFIX));
  const dead = await Promise.all(
    files.map(async (file): Promise<Leftover | undefined> => {
      const path = join(runtimeDirectory, file);
      const isSocket = file.endsWith(SOCKET_SUFFIX);
      const socket = isSocket ? path : `${path.slice(0, -CRASH_SUFFIX.length)}${SOCKET_SUFFIX}`;
      const lab = basename(socket, SOCKET_SUFFIX);
      if (await isServed(socket, lab, answerTimeoutMs)) return undefined;
      const why = isSocket ? 'no process serves it' : 'written by a lab keeper that crashed';
      return { kind: isSocket ? 'socket' : 'file', id: path, name: path, lab, why };
    }),
  );
  return [...orphans, ...dead.filter(leftover => leftover !== undefined)];
}

/** Removes one. */
export async function removeLeftover({ kind, id }: Leftover): Promise<void> {
  if (kind === 'process') await killOrphans([{ processId: Number(id) }]);
  else if (kind === 'socket') await sweepSocket(id);
  else rmSync(id, { force: true });
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
