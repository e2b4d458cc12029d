/**
 * Whether SIGHUP was ignored when this process began, as nohup(1) has it. Node forgets that at its start: it sets every ignored
 * signal back to its default. What is left are traces.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** The bit of SIGHUP, signal 1, in the sets of proc(5). */
const HANGUP = 1n;

/** What tells; tests hand in their own. */
export interface Traces {
  /** The shell's `_`: the command that it started, before that one became this process. */
  readonly started: string | undefined;
  /** proc(5) `status` of the process that started this one; undefined where there is none to read. */
  readonly parentStatus: string | undefined;
  /** Its proc(5) `cmdline`: of a shell, what it was given to run. */
  readonly parentCommand: string | undefined;
  /** proc(5) `fdinfo` of standard input: nohup makes a terminal a file that cannot be read. */
  readonly inputInfo: string | undefined;
}

/** The traces of this process. */
export function theseTraces(): Traces {
  return {
    started: process.env._,
    parentStatus: textOf(`/proc/${process.ppid}/status`),
    parentCommand: textOf(`/proc/${process.ppid}/cmdline`),
    inputInfo: textOf('/proc/self/fdinfo/0'),
  };
}

/** True when nohup started this process, or when its parent ignores SIGHUP: children inherit that. */
export function ignoresHangup({ started, parentStatus, parentCommand, inputInfo }: Traces): boolean {
  if (started !== undefined && basename(started) === 'nohup') return true;
  const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(parentStatus ?? '')?.[1];
  if (ignored !== undefined && (BigInt(`0x${ignored}`) & HANGUP) !== 0n) return true;
  if (/(^|[\s\0;&(])nohup\s[^;&|\n]*\b(peer)?lab(\.js)?\b/.test(parentCommand ?? '')) return true;
  // The last octal digit of the flags is how the file may be accessed: 1 is write-only, open(2).
  return /^flags:\s*0[0-7]*1$/m.test(inputInfo ?? '');
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
