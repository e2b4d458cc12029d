/** Reaching a lab's keeper: by its socket, or, where that was deleted, by its process, which is told to make it anew. */
import { pause } from '@peerlab/timers';
import { KeeperConnection, unreachable } from './keeper-connection.ts';
import { type KeeperProcess, keeperOf } from './keeper-processes.ts';

/** How long a keeper may take to make its socket anew, in milliseconds: it takes 2, unless it is frozen or busy. */
const ANEW_MS = 2000;
const LOOK_AGAIN_MS = 10;

/**
 * Connects; undefined when there is no keeper, or one that has just begun to start.
 * @throws {LabError} `ENGINE_UNREACHABLE` when there is one that cannot be reached
 */
export async function reachKeeper(
  socket: string,
  lab: string,
  timeoutMs: number,
): Promise<KeeperConnection | undefined> {
  const connection = await KeeperConnection.open(socket, lab, timeoutMs);
  if (connection !== undefined) return connection;
  const keeper = keeperOf(socket);
  if (keeper === undefined || !keeper.takesSignals) return undefined;
  const { processId } = keeper.process;
  if (keeper.process.isStopped) throw unreachable(lab, whySilent(keeper));
  tellToListen(processId);
  const giveUpMs = performance.now() + ANEW_MS;
  while (performance.now() < giveUpMs) {
    await pause(LOOK_AGAIN_MS);
    const again = await KeeperConnection.open(socket, lab, timeoutMs);
    if (again !== undefined) return again;
    if (keeperOf(socket)?.process.startedAtTicks !== keeper.process.startedAtTicks) return undefined;
  }
  throw unreachable(lab, `(process ${processId}) runs without its socket, and does not answer`);
}

/** Why a keeper that is there says nothing, in words that follow "the lab keeper of x". */
export function whySilent({ process: { processId, isStopped } }: KeeperProcess): string {
  return isStopped
    ? `(process ${processId}) is stopped by a signal: kill -CONT ${processId} lets it go on`
    : `(process ${processId}) does not answer`;
}

function tellToListen(processId: number): void {
  try {
    process.kill(processId, 'SIGHUP');
  } catch {
    // It has just ended.
  }
}
