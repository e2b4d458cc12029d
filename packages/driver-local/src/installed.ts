/** Kinds with `packages:` on this machine: their programs are to be installed here, since nothing brings them. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { LabError, type LabPlan, type PlannedKind } from '@peerlab/driver';

/** @throws {LabError} `CANNOT_CARRY` naming the programs that this machine does not have */
export function requireInstalled(plan: LabPlan): void {
  const kinds = new Map(plan.peers.flatMap(({ kind }) => (kind?.packages === undefined ? [] : [[kind.name, kind]])));
  for (const kind of kinds.values()) {
    const missing = programsOf(kind).filter(program => !isThere(program, kind.folder));
    if (missing.length === 0) continue;
    const what = missing.length === 1 ? `the program ${missing[0]} is` : `the programs ${missing.join(', ')} are`;
    const message = `${what} not installed on this machine; the kind ${kind.name} runs ${missing.length === 1 ? 'it' : 'them'}`;
    throw new LabError('CANNOT_CARRY', message, {
      advice: `sudo apt-get install ${(kind.packages ?? []).join(' ')}; or use --driver docker, which needs nothing installed`,
      details: { lab: plan.name, kind: kind.name, programs: missing },
    });
  }
}

/** The first word of every command of a kind; one that differs from peer to peer is left out. */
function programsOf({ command, program, facts = {} }: PlannedKind): readonly string[] {
  const { run, listen, ready } = program ?? {};
  const asked = [program?.join, program?.members, program?.broadcast, program?.send, program?.probe];
  const readiness = ready !== undefined && 'command' in ready ? [ready.command] : [];
  const lines = [command, run, listen, ...[...asked, ...readiness, ...Object.values(facts)].map(one => one?.run)];
  const words = lines.flatMap(line => line?.slice(0, 1) ?? []);
  return [...new Set(words)].filter(word => !word.includes('{'));
}

function isThere(program: string, folder: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(path => path !== '');
  const paths = program.includes('/') ? [resolve(folder, program)] : folders.map(path => join(path, program));
  return paths.some(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
