/** How many processes and threads a user may still start: RLIMIT_NPROC of getrlimit(2), on Linux. */
import { readdirSync, readFileSync } from 'node:fs';

/** The capabilities with which the limit does not hold, by their bits: CAP_SYS_ADMIN and CAP_SYS_RESOURCE (capabilities(7)). */
const EXEMPT = (1n << 21n) | (1n << 24n);

/** What proc(5) tells. */
export interface UserLimit {
  /** `limits` of this process. */
  readonly limits: string;
  /** `status` of this process. */
  readonly own: string;
  /** `status` of every process that can be seen. */
  readonly all: Iterable<string>;
}

/** The number that is left; undefined where nothing limits it, or nothing tells. */
export function userTasksLeft(limit: UserLimit = thisLimit()): number | undefined {
  const { limits, own, all } = limit;
  // A new process has the soft limit, which nobody raises.
  const most = /^Max processes\s+(\d+)/m.exec(limits)?.[1];
  const user = userOf(own);
  const capabilities = /^CapEff:\s*([0-9a-f]+)$/m.exec(own)?.[1] ?? '0';
  if (most === undefined || user === undefined || user === '0') return undefined;
  if ((BigInt(`0x${capabilities}`) & EXEMPT) !== 0n) return undefined;
  let used = 0;
  for (const status of all) {
    if (userOf(status) === user) used += Number(/^Threads:\s*(\d+)$/m.exec(status)?.[1] ?? 1);
  }
  return Math.max(0, Number(most) - used);
}

/** The real user: threads are counted for them. */
function userOf(status: string): string | undefined {
  return /^Uid:\s*(\d+)/m.exec(status)?.[1];
}

function thisLimit(): UserLimit {
  return { limits: read('/proc/self/limits'), own: read('/proc/self/status'), all: everyStatus() };
}

function* everyStatus(): Generator<string> {
  let entries: readonly string[] = [];
  try {
    entries = readdirSync('/proc');
  } catch {
    return;
  }
  for (const entry of entries) if (/^\d+$/.test(entry)) yield read(`/proc/${entry}/status`);
}

/** Empty for a process that has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
