/** When a process of this machine was started, where the system tells: Linux, proc(5). */
import { readFileSync } from 'node:fs';

/** Clock ticks of proc(5) in a second: 100 on every Linux that Node runs on. */
const TICKS_PER_S = 100;

/** Where the 22nd field of /proc/PID/stat is, counted after the process's name, which may hold spaces. */
const STARTED_AT = 19;

/** Clock ticks from the machine's boot to the process's start; undefined where that is not known. */
export function startedAtTicks(processId: number): number | undefined {
  const stat = read(`/proc/${processId}/stat`);
  const ticks = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[STARTED_AT]);
  return Number.isFinite(ticks) ? ticks : undefined;
}

/** When a process was started, in milliseconds since 1970; `-Infinity` where that is not known. */
export function startedAtMs(processId: number): number {
  const ticks = startedAtTicks(processId);
  const bootS = Number(/^btime (\d+)$/m.exec(read('/proc/stat') ?? '')?.[1]);
  if (ticks === undefined || !Number.isFinite(bootS)) return Number.NEGATIVE_INFINITY;
  return bootS * 1000 + (ticks * 1000) / TICKS_PER_S;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
