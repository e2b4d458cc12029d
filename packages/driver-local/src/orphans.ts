/**
 * Processes of peers whose lab keeper is gone: a paused one does not notice that its standard input has ended. They are
 * known by a variable in their environment that names the keeper's socket, on Linux alone: proc(5).
 */

import { readdirSync, readFileSync } from 'node:fs';
import { startedAtTicks } from '@peerlab/driver';
import { pause } from '@peerlab/timers';

/** Names the socket of the keeper, in its own environment and in that of each of its peers. */
export const KEEPER_VARIABLE = 'PEERLAB_LOCAL_KEEPER';

/** A process without its keeper. */
export interface Orphan {
  readonly processId: number;
  readonly lab: string;
  readonly peer: string;
}

/** How long killed processes may take to be gone, in milliseconds: the kernel needs a moment for their memory. */
const GONE_MS = 5000;
const LOOK_AGAIN_MS = 10;

/** The orphans of keepers with such sockets: processes that were started before the keeper that has the socket now, if any. */
export function findOrphans(isMeant: (socket: string) => boolean): readonly Orphan[] {
  const processes = processIds()
    .map(processId => ({ processId, environment: environmentOf(processId) }))
    .filter(({ environment }) => isMeant(environment.get(KEEPER_VARIABLE) ?? ''));
  const keepers = new Map(
    processes
      .filter(({ environment }) => !isPeer(environment))
      .map(({ processId, environment }) => [environment.get(KEEPER_VARIABLE), startedAtTicks(processId) ?? 0]),
  );
  return processes.flatMap(({ processId, environment }) => {
    if (!isPeer(environment)) return [];
    const started = startedAtTicks(processId);
    const keeperStarted = keepers.get(environment.get(KEEPER_VARIABLE)) ?? Number.POSITIVE_INFINITY;
    if (started === undefined || started >= keeperStarted) return [];
    return [{ processId, lab: environment.get('PEERLAB_LAB') ?? '', peer: environment.get('PEERLAB_NAME') ?? '' }];
  });
}

/** Kills processes, and waits until they are gone. Gone already is fine. */
export async function killOrphans(orphans: readonly Pick<Orphan, 'processId'>[]): Promise<void> {
  for (const { processId } of orphans) signal(processId, 'SIGKILL');
  const giveUpMs = performance.now() + GONE_MS;
  while (orphans.some(({ processId }) => environmentOf(processId).size > 0) && performance.now() < giveUpMs) {
    await pause(LOOK_AGAIN_MS);
  }
}

function isPeer(environment: ReadonlyMap<string, string>): boolean {
  return environment.has('PEERLAB_NODE_ID');
}

function processIds(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter(entry => /^\d+$/.test(entry))
      .map(Number);
  } catch {
    return [];
  }
}

/** Empty for a process that has ended, and for one of another user. */
function environmentOf(processId: number): ReadonlyMap<string, string> {
  try {
    const text = readFileSync(`/proc/${processId}/environ`, 'utf8');
    const entries = text.split('\0').filter(entry => entry.includes('='));
    return new Map(entries.map(entry => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
  } catch {
    return new Map();
  }
}

function signal(processId: number, name: NodeJS.Signals): void {
  try {
    process.kill(processId, name);
  } catch {
    // It is gone: that is what was wanted.
  }
}
