/** What this machine reports about a process, where it tells: Linux, proc(5). */
import { readFileSync } from 'node:fs';

/** Where fields of /proc/PID/stat are, counted after the process's name, which may hold spaces and brackets. */
const STATE = 0;
const GROUP = 2;
const STARTED_AT = 19;

/** What is known about a process. */
export interface ProcessStatus {
  /** Clock ticks from the machine's boot to its start. */
  readonly startedAtTicks: number;
  /** It has ended, and its parent has not yet asked how. */
  readonly isOver: boolean;
  /** It is frozen by a signal (SIGSTOP), or by a debugger. */
  readonly isStopped: boolean;
  /** The id of the process that leads its group, itself or another. */
  readonly groupId: number;
}

/** Undefined when there is no such process, or when the system does not tell. */
export function processStatus(processId: number | 'self'): ProcessStatus | undefined {
  const stat = readProc(`${processId}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startedAtTicks = Number(fields?.[STARTED_AT]);
  const state = fields?.[STATE] ?? '';
  if (!Number.isFinite(startedAtTicks)) return undefined;
  const groupId = Number(fields?.[GROUP]);
  return { startedAtTicks, isOver: /^[ZXx]$/.test(state), isStopped: /^[Tt]$/.test(state), groupId };
}

/** A file below /proc; undefined where it cannot be read. */
export function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}
