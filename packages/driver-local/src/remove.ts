/** Removing a lab, and sweeping the socket of a keeper that was killed. */
import { rmSync } from 'node:fs';
import { KeeperConnection, KeeperGoneError } from './keeper-connection.ts';
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

/** Removes a socket that no process serves: the holder of the name's lock knows that it is stale. */
export async function sweepSocket(socket: string): Promise<void> {
  const lock = await takeNameLock(socket);
  if (lock === undefined) return;
  rmSync(socket, { force: true });
  lock.release();
}
