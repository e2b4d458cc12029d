/**
 * A program that runs beside a peer, for one controller: it leads its own process group, and ends with the peer and with the
 * controller. What it prints waits for a controller that reads slowly; the program then waits too.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { killStarted, LabError, signalGroup } from '@peerlab/driver';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import type { WireExecutionEnd } from '../messages.ts';

/** What a program is started from. */
export interface ExecutionStart {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly hasInput: boolean;
  /** Hands on what it prints; `taken` is to be called when the controller's socket has it. */
  readonly onChunk: (stream: 1 | 2, chunk: Buffer, taken: () => void) => void;
  /** Called once, after the last chunk. */
  readonly onEnded: (end: WireExecutionEnd) => void;
}

/** In the environment of a program and of what it starts: which run of it they belong to. */
export const EXECUTION_VARIABLE = 'PEERLAB_EXECUTION';

/** Bytes that may be on their way to the controller before the program waits, and those at which it goes on. */
const MOST_WAITING_BYTES = 1024 * 1024;
const FEW_WAITING_BYTES = 256 * 1024;

/** How long a program that was told to end may take before it is killed, in milliseconds. */
const LEAVE_MS = 2000;

/** How long the output of an ended program may stay open, in milliseconds: something outside its group may hold it. */
const OUTPUT_GRACE_MS = 1000;

/** See the module's header. */
export class PeerExecution {
  /** Resolves when the program is gone, and all that it printed was handed on. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #start: ExecutionStart;
  #waitingBytes = 0;
  #isPaused = false;
  #end: WireExecutionEnd | undefined;
  #grace: Timer | undefined;
  #finish: () => void = () => undefined;

  private constructor(child: ChildProcess, start: ExecutionStart) {
    this.#child = child;
    this.#start = start;
    child.stdin?.on('error', () => undefined);
    this.ended = new Promise(resolve => {
      let isOver = false;
      this.#finish = () => {
        if (this.#end === undefined || isOver) return;
        isOver = true;
        stopTimer(this.#grace);
        for (const output of [child.stdout, child.stderr]) output?.destroy();
        start.onEnded(this.#end);
        resolve();
      };
    });
    this.#read(1, child.stdout);
    this.#read(2, child.stderr);
    child.once('exit', (code, signal) => {
      this.#end =
        code === null
          ? { reason: `killed by ${signal}`, ...(signal === null ? {} : { signal }) }
          : { reason: `exited with status ${code}`, status: code };
      this.#signal('SIGKILL');
      this.#await();
    });
    child.once('close', () => this.#finish());
  }

  /** Starts a program. @throws {LabError} `PROGRAM_MISSING`; `PEER_FAILED` where the peer's folder is gone */
  static async start(start: ExecutionStart): Promise<PeerExecution> {
    const { command, cwd, env, hasInput } = start;
    const [program = '', ...args] = command;
    if (!existsSync(cwd)) throw new LabError('PEER_FAILED', `the folder of the peer is gone: ${cwd}`);
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: [hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const execution = new PeerExecution(child, start);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error: NodeJS.ErrnoException) => reject(cannotRun(program, error)));
    });
    return execution;
  }

  /** Resolves when the program has taken it, or will take nothing any more. */
  async write(chunk: Buffer | undefined): Promise<void> {
    const { stdin } = this.#child;
    if (stdin === null || !stdin.writable) return;
    if (chunk === undefined) stdin.end();
    else await new Promise<void>(resolve => stdin.write(chunk, () => resolve()));
  }

  /** Has the program and what it has started leave, kills them when that takes too long, and resolves when they are gone. */
  async end(): Promise<void> {
    this.#signal('SIGTERM');
    // One that a signal has stopped takes nothing else.
    this.#signal('SIGCONT');
    const killing = startTimer(() => this.kill(), LEAVE_MS);
    await this.ended;
    stopTimer(killing);
    await this.#killStrays();
  }

  /** Kills the program and its group at once. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  /** What has left the program's group is known by its environment. */
  async #killStrays(): Promise<void> {
    const mark = this.#start.env[EXECUTION_VARIABLE];
    if (mark !== undefined) await killStarted(environment => environment.get(EXECUTION_VARIABLE) === mark);
  }

  #read(stream: 1 | 2, source: ChildProcess['stdout']): void {
    source?.on('error', () => undefined);
    source?.on('data', (chunk: Buffer) => {
      this.#waitingBytes += chunk.length;
      this.#start.onChunk(stream, chunk, () => this.#taken(chunk.length));
      if (this.#waitingBytes > MOST_WAITING_BYTES) this.#hold(true);
      this.#await();
    });
  }

  #taken(bytes: number): void {
    this.#waitingBytes -= bytes;
    if (this.#waitingBytes < FEW_WAITING_BYTES) this.#hold(false);
  }

  #hold(isPaused: boolean): void {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      if (isPaused) output?.pause();
      else output?.resume();
    }
    this.#await();
  }

  /** Of a program that has ended: the rest of its output is waited for, from its latest chunk on. */
  #await(): void {
    stopTimer(this.#grace);
    this.#grace = undefined;
    if (this.#end !== undefined && !this.#isPaused) this.#grace = startTimer(() => this.#finish(), OUTPUT_GRACE_MS);
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid !== undefined) signalGroup(this.#child.pid, signal);
  }
}

function cannotRun(program: string, error: NodeJS.ErrnoException): LabError {
  const why =
    error.code === 'ENOENT' ? 'there is no such program' : `it cannot be run (${error.code ?? error.message})`;
  return new LabError('PROGRAM_MISSING', `${program}: ${why} on this machine`, {
    advice: program.includes('/') ? 'its path is seen from the folder of the peer' : 'it is searched on the PATH',
    details: { program, code: error.code },
  });
}
