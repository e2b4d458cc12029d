/**
 * Who a process is, in words that another process can ask about later: a process id alone names someone else after a
 * restart, in another container or on another machine. What cannot be asked is `unknown`, never `gone`.
 */
import { readlinkSync } from 'node:fs';
import { processStatus, readProc } from './process-status.ts';

/** A process, told apart from every other one that has, had or will have its id. */
export interface ProcessIdentity {
  readonly processId: number;
  /** Clock ticks from the machine's boot to its start: no two processes of one id have the same. */
  readonly startedAtTicks: number;
  /** Where the id is valid: this boot of this machine, and the namespaces of its process ids and clocks. */
  readonly space: string;
}

/** What became of a process. `unknown`: it ran on another machine, before a restart, or in another container. */
export type ProcessFate = 'alive' | 'gone' | 'unknown';

/** In the environment of whatever the lab starts: the identity of the process that started it. */
export const STARTER_VARIABLE = 'PEERLAB_STARTED_BY';

/** This process; undefined where the system does not tell: only Linux does, proc(5). */
export function thisProcess(): ProcessIdentity | undefined {
  const space = thisSpace();
  const startedAtTicks = processStatus('self')?.startedAtTicks;
  if (space === undefined || startedAtTicks === undefined) return undefined;
  return { processId: process.pid, startedAtTicks, space };
}

/** As one word, for labels and environments; empty for undefined. */
export function writeIdentity(identity: ProcessIdentity | undefined): string {
  if (identity === undefined) return '';
  return `${identity.processId}.${identity.startedAtTicks}@${identity.space}`;
}

/** Reads it back; undefined for anything else. */
export function readIdentity(text: string | undefined): ProcessIdentity | undefined {
  const [, processId, startedAtTicks, space] = /^(\d+)\.(\d+)@(\S+)$/.exec(text ?? '') ?? [];
  if (space === undefined) return undefined;
  return { processId: Number(processId), startedAtTicks: Number(startedAtTicks), space };
}

/** Asks what became of it. */
export function fateOf(identity: ProcessIdentity | undefined): ProcessFate {
  if (identity === undefined || identity.space !== thisSpace()) return 'unknown';
  try {
    process.kill(identity.processId, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
  }
  const found = processStatus(identity.processId);
  // Another user's process may be hidden (hidepid, proc(5)); then nothing more is known of it.
  if (found === undefined) return 'unknown';
  return found.isOver || found.startedAtTicks !== identity.startedAtTicks ? 'gone' : 'alive';
}

/** Undefined where /proc is missing, or shows another namespace of process ids than this process is in. */
function thisSpace(): string | undefined {
  // One id per namespace from that of /proc inwards: pid_namespaces(7).
  const ids = /^NSpid:\s+(.+)$/m.exec(readProc('self/status') ?? '')?.[1]?.split(/\s+/);
  if (ids?.length !== 1 || Number(ids[0]) !== process.pid) return undefined;
  const boot = readProc('sys/kernel/random/boot_id')?.trim();
  const namespaces = ['pid', 'time'].map(linkOf);
  if (boot === undefined || namespaces[0] === '') return undefined;
  return [boot, ...namespaces].join('/');
}

/** Empty where the kernel has no such namespace. */
function linkOf(namespace: string): string {
  try {
    return readlinkSync(`/proc/self/ns/${namespace}`).replace(/\D/g, '');
  } catch {
    return '';
  }
}
