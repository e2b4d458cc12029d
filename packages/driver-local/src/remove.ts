/** Removing a lab, and sweeping the socket of a keeper that was killed. */
import { lstatSync, rmSync } from 'node:fs';
import { pause } from '@peerlab/timers';
import { KeeperConnection, KeeperGoneError } from './keeper-connection.ts';
import { type KeeperProcess, killKeeper } from './keeper-processes.ts';
import { takeNameLock } from './name-lock.ts';
import type { LocalSettings } from './options.ts';

/**
 * Ends a lab and waits until its peers, its socket and its keeper are gone. A lab that is gone already is no error.
 * @throws {LabError} `ENGINE_UNREACHABLE` when its keeper does not answer.
 */
export async function removeLab(lab: string, socket: string, settings: LocalSettings): Promise<void> {
  const connection = await KeeperConnection.open(socket, lab, settings.answerTimeoutMs);
  if (connection === undefined) {
    await sweepSocket(socket);
    return;
  }
  try {
    await connection.ask({ ask: 'down' }, { timeoutMs: settings.stopTimeoutMs + settings.answerTimeoutMs });
  } catch (error) {
    if (!(error instanceof KeeperGoneError)) throw error;
  }
  await connection.gone(settings.answerTimeoutMs);
}

/** How long the kernel may take to release what a killed keeper had, in milliseconds. */
const RELEASED_MS = 5000;
const LOOK_AGAIN_MS = 10;

/** Kills a keeper that does not answer, and whatever it has started, and removes its socket. */
export async function removeByForce(keeper: KeeperProcess): Promise<void> {
  await killKeeper(keeper);
  const giveUpMs = performance.now() + RELEASED_MS;
  while (!(await sweepSocket(keeper.socket)) && performance.now() < giveUpMs) await pause(LOOK_AGAIN_MS);
}

/**
 * Removes a socket that no process serves: the holder of the name's lock knows that it is stale. A file of that name that
 * is no socket was not made here, and stays.
 * @returns false while another process has the lock
 */
export async function sweepSocket(socket: string): Promise<boolean> {
  if (lstatSync(socket, { throwIfNoEntry: false })?.isSocket() !== true) return true;
  const lock = await takeNameLock(socket);
  if (lock === undefined) return false;
  rmSync(socket, { force: true });
  lock.release();
  return true;
}
