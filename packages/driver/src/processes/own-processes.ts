/**
 * Processes of this machine that labs have started, known by variables in their environment, which what they start
 * inherits. On Linux alone: proc(5). Those of other namespaces are left out: a path that they name may lead elsewhere there.
 */
import { readdirSync, readlinkSync } from 'node:fs';
import { pause } from '@peerlab/timers';
import { signalGroup } from './process-group.ts';
import { STARTER_VARIABLE, thisProcess, writeIdentity } from './process-identity.ts';
import { processStatus, readProc } from './process-status.ts';

/** A process that a lab has started. */
export interface OwnProcess {
  readonly processId: number;
  /** Clock ticks from the machine's boot to its start: with the id, no other process is meant. */
  readonly startedAtTicks: number;
  /** Frozen by a signal. */
  readonly isStopped: boolean;
  /** It leads its process group. */
  readonly isLeader: boolean;
  readonly environment: ReadonlyMap<string, string>;
}

/** How long killed processes may take to be gone, in milliseconds: the kernel needs a moment for their memory. */
const GONE_MS = 5000;
const LOOK_AGAIN_MS = 10;

/** Namespaces that must be this process's own: of process ids, and of mounted folders. */
const NAMESPACES = ['pid', 'mnt'] as const;

/** Those whose environment has such variables; none where /proc does not show this process's own namespace. */
export function ownProcesses(isMeant: (environment: ReadonlyMap<string, string>) => boolean): readonly OwnProcess[] {
  if (thisProcess() === undefined) return [];
  const own = namespacesOf('self');
  return processIds().flatMap(processId => {
    const environment = environmentOf(processId);
    if (processId === process.pid || !isMeant(environment)) return [];
    const status = processStatus(processId);
    if (status === undefined || status.isOver || namespacesOf(processId) !== own) return [];
    const { startedAtTicks, isStopped, groupId } = status;
    return [{ processId, startedAtTicks, isStopped, isLeader: groupId === processId, environment }];
  });
}

/** Kills processes, each with the group that it leads, and waits until they are gone. Gone already is fine. */
export async function killProcesses(processes: readonly OwnProcess[]): Promise<void> {
  for (const one of processes) {
    // Another process may have the id by now.
    if (!isThere(one)) continue;
    if (one.isLeader) signalGroup(one.processId, 'SIGKILL');
    else kill(one.processId);
  }
  const giveUpMs = performance.now() + GONE_MS;
  while (processes.some(isThere) && performance.now() < giveUpMs) await pause(LOOK_AGAIN_MS);
}

/** Kills what this process has started and still runs, also what has left the group of its parent. */
export async function killStarted(
  isMeant: (environment: ReadonlyMap<string, string>) => boolean = () => true,
): Promise<void> {
  const own = writeIdentity(thisProcess());
  if (own === '') return;
  await killProcesses(ownProcesses(environment => environment.get(STARTER_VARIABLE) === own && isMeant(environment)));
}

/** Whether that very process still runs. */
function isThere({ processId, startedAtTicks }: OwnProcess): boolean {
  const status = processStatus(processId);
  return status?.startedAtTicks === startedAtTicks && !status.isOver;
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
  const entries = (readProc(`${processId}/environ`) ?? '').split('\0').filter(entry => entry.includes('='));
  return new Map(entries.map(entry => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
}

/** Empty where they cannot be read. */
function namespacesOf(processId: number | 'self'): string {
  try {
    return NAMESPACES.map(name => readlinkSync(`/proc/${processId}/ns/${name}`)).join(' ');
  } catch {
    return '';
  }
}

function kill(processId: number): void {
  try {
    process.kill(processId, 'SIGKILL');
  } catch {
    // It is gone: that is what was wanted.
  }
}
