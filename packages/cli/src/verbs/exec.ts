/** `lab exec LAB PEERS -- COMMAND…`: runs a program where peers run, and ends as it does. */
import { constants } from 'node:os';
import {
  type CanExec,
  type ExecOptions,
  type FinishedRun,
  LabError,
  type PeerFacts,
  requireCapability,
  runToEnd,
} from '@peerlab/driver';
import { EXIT, statusOf, tellError, UsageError } from '../exit.ts';
import { namedPeers } from '../fault-words.ts';
import { untilStopped } from '../interrupt.ts';
import { findNamed } from '../labs.ts';
import type { ExecDocument } from '../output/documents.ts';
import { printJson } from '../output/print.ts';
import { passedOn, prefixed } from '../output/program-output.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface ExecArgs extends FormatArgs {
  readonly lab: string;
  readonly targets: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
}

/** Peers on which the program runs at the same time. */
const AT_ONCE = 8;

/** Shells say so of a program that is not there, or cannot be run. */
const NO_PROGRAM = 127;

/** And of one that a signal has ended, with its number added. */
const SIGNALLED = 128;

/** The verb. */
export const exec: Verb<ExecArgs> = {
  builder: args =>
    withFormat(args)
      .positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' })
      .positional('targets', { type: 'string', demandOption: true, describe: 'a peer; several: n0,n3 n5..n9 "n*" all' })
      .positional('command', {
        type: 'string',
        array: true,
        describe: 'the program and its arguments; no shell reads them',
      })
      .option('stdin', {
        type: 'boolean',
        default: true,
        describe: 'one peer: its program reads what this command is given; --no-stdin: nothing',
      }),
  handler: async args => await run(async () => await execute(args)),
};

async function execute({ lab: name, targets, command, stdin, format }: ExecArgs): Promise<number> {
  if (command.length === 0)
    throw new UsageError('lab exec needs a command', `usage: lab exec ${name} ${targets} -- COMMAND…`);
  const { signal, status } = untilStopped();
  const lab = await findNamed(name);
  const names = namedPeers([targets], lab);
  const peers = lab.peers.filter(peer => names.includes(peer.name));
  const executing = requireCapability(lab, 'exec');
  const isAlone = peers.length === 1;
  const input: ExecOptions = isAlone && stdin ? { input: process.stdin } : {};
  const width = Math.max(...names.map(({ length }) => length));
  const where = format === 'json' ? 'document' : isAlone ? 'here' : width;
  const waiting = [...peers.entries()];
  const runs: OneRun[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
      const [i, peer] = next;
      runs[i] = await runOne({ executing, peer, command, options: { signal, ...input } }, where);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await lab.close();
  if (signal.aborted) return status();
  if (format === 'json') {
    const document: ExecDocument = { lab: lab.name, command, runs: runs.map(runDocument) };
    printJson(document);
  } else {
    for (const one of runs) if ('error' in one) tellError(one.error);
  }
  return runs.map(exitOf).find(one => one !== EXIT.ok) ?? EXIT.ok;
}

/** As a shell has it: the program's own, 127 for one that is not there, 128 and the signal's number. */
function exitOf(one: OneRun): number {
  if ('error' in one) return one.error.code === 'PROGRAM_MISSING' ? NO_PROGRAM : statusOf(one.error.code);
  if (one.status !== undefined) return one.status;
  return one.signal === undefined ? EXIT.driver : SIGNALLED + constants.signals[one.signal];
}

function runDocument(one: OneRun): ExecDocument['runs'][number] {
  if ('error' in one) {
    const { code, message: reason } = one.error;
    return { peer: one.peer, status: null, signal: null, reason, code, stdout: '', stderr: '', isTruncated: false };
  }
  const { peer, status = null, signal = null, reason, stdout, stderr, isTruncated } = one;
  return { peer, status, signal, reason, stdout, stderr, isTruncated };
}

interface Wish {
  readonly executing: CanExec;
  readonly peer: PeerFacts;
  readonly command: readonly string[];
  readonly options: ExecOptions;
}

type OneRun = { readonly peer: string } & (FinishedRun | { readonly error: LabError });

/** @param where its output goes: into the document, on as it is, or with the peer's name in front, so wide */
async function runOne(
  { executing, peer, command, options }: Wish,
  where: 'document' | 'here' | number,
): Promise<OneRun> {
  const { name } = peer;
  try {
    const execution = await executing.exec(peer.index, command, options);
    const lines = typeof where === 'number' ? prefixed(name, where) : undefined;
    if (where !== 'document') execution.listen(lines?.listen ?? passedOn());
    const end = await runToEnd(execution, where === 'document' ? {} : { maxBytes: 0 });
    lines?.end();
    if (end.failure !== undefined) throw end.failure;
    return { peer: name, ...end };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { peer: name, error };
  }
}
