/** One run of a peer in a pack: the project's own inside the host, or its own process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { LineSplitter, type PackedPeer } from '@peerlab/contract';
import { startTimer } from '@peerlab/timers';
import { type AgentRun, type RunOptions, runAgent } from '../agent-run.ts';
import { readEnvironment } from '../environment.ts';
import { VERSION } from '../version.ts';
import { type PackedOutput, PeerOutput } from './packed-output.ts';

/** How a run ended, as the engine would say it of a container. */
export interface RunEnd {
  /** In one clause: `exited with status 1`, `killed by SIGKILL`. */
  readonly reason: string;
  readonly exitCode: number;
}

/** What one of many peers in a process may take. */
export type PackedBounds = Pick<RunOptions, 'maxRecords' | 'memoryBytes'>;

/** See the module's header. */
export interface PackedRun {
  /** Resolves once it runs, or has ended. */
  readonly begun: Promise<void>;
  readonly ended: Promise<RunEnd>;
  command(line: string): void;
  /** Ends it as that signal ends a process. */
  signal(signal: NodeJS.Signals): void;
  freeze(): void;
  thaw(): void;
}

/** Signals at which the project's peer leaves. */
const LEAVING: ReadonlySet<string> = new Set(['SIGTERM', 'SIGINT']);

/** Starts a peer. @param bounds of the project's own */
export function startPacked(peer: PackedPeer, output: PackedOutput, bounds: PackedBounds): PackedRun {
  return peer.command === undefined ? ownPeer(peer, output, bounds) : program(peer, peer.command, output);
}

function ownPeer({ place, env }: PackedPeer, output: PackedOutput, bounds: PackedBounds): PackedRun {
  let run: AgentRun;
  try {
    run = runAgent(readEnvironment(env), VERSION, new PeerOutput(place, output), bounds);
  } catch (error) {
    output.peer(place, error instanceof Error ? error.message : String(error), 'stderr');
    return endedAtOnce(2);
  }
  let killedBy: NodeJS.Signals = 'SIGKILL';
  return {
    begun: run.begun,
    ended: run.ended.then(status => (status === undefined ? endOf(null, killedBy) : endOf(status, null))),
    command: line => run.command(line),
    signal: signal => {
      if (LEAVING.has(signal)) run.leave();
      else {
        killedBy = signal;
        run.end();
      }
    },
    freeze: () => run.freeze(),
    thaw: () => run.thaw(),
  };
}

function program({ place, env }: PackedPeer, command: readonly string[], output: PackedOutput): PackedRun {
  const [file = '', ...words] = command;
  const child = spawn(file, words, { env: { ...process.env, ...env }, stdio: 'pipe' });
  const drained = (['stdout', 'stderr'] as const).map(stream => readLines(child, stream, place, output));
  return {
    begun: new Promise(resolve => {
      child.once('spawn', resolve);
      child.once('error', () => resolve());
    }),
    ended: new Promise(resolve => {
      child.once('error', error => {
        if (child.pid !== undefined) return;
        output.peer(place, `${file} cannot be run: ${error.message}`, 'stderr');
        resolve({ reason: `exited with status ${CANNOT_RUN}`, exitCode: CANNOT_RUN });
      });
      child.once('exit', (status, signal) => void Promise.all(drained).then(() => resolve(endOf(status, signal))));
    }),
    command: line => {
      if (child.stdin.writable) child.stdin.write(`${line}\n`);
    },
    signal: signal => child.kill(signal),
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
  };
}

/** The status of a program that cannot be run, as shells have it. */
const CANNOT_RUN = 127;

/** How long the output of a program that has ended may stay open, as it does where a child of that program has it, in milliseconds. */
const OUTPUT_MS = 1000;

function readLines(child: ChildProcess, name: 'stdout' | 'stderr', place: number, output: PackedOutput): Promise<void> {
  const stream = child[name];
  if (stream === null) return Promise.resolve();
  const splitter = new LineSplitter(line => output.peer(place, line, name));
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => splitter.push(text));
  child.stdin?.on('error', () => undefined);
  return new Promise(resolve => {
    const end = (): void => {
      splitter.end();
      resolve();
    };
    stream.once('close', end);
    child.once('exit', () => startTimer(resolve, OUTPUT_MS).unref());
  });
}

function endedAtOnce(status: number): PackedRun {
  return {
    begun: Promise.resolve(),
    ended: Promise.resolve(endOf(status, null)),
    command: () => undefined,
    signal: () => undefined,
    freeze: () => undefined,
    thaw: () => undefined,
  };
}

function endOf(status: number | null, signal: NodeJS.Signals | null): RunEnd {
  if (signal !== null) return { reason: `killed by ${signal}`, exitCode: 128 + constants.signals[signal] };
  return { reason: `exited with status ${status ?? 0}`, exitCode: status ?? 0 };
}
