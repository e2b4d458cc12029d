/**
 * A program beside a peer, by the engine's exec. What it prints comes multiplexed on one stream; how it ended is asked when that
 * has. An engine cannot end what it runs so: end-execution.ts does.
 */
import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import {
  ChunkKeeper,
  type ExecListener,
  type ExecOptions,
  type Execution,
  type ExecutionEnd,
  feedInput,
  type InputSink,
  LabError,
} from '@peerlab/driver';
import { pause } from '@peerlab/timers';
import type Dockerode from 'dockerode';
import { v4 as uuid } from 'uuid';
import { describeExit } from './container-end.ts';
import { Demultiplexer } from './demux.ts';
import { endExecution } from './end-execution.ts';
import { EXECUTION_VARIABLE } from './end-marked.ts';
import { refusedStatus } from './engine.ts';
import { type PeerTarget, peerFailed, requireRunning } from './operations.ts';
import type { DockerSettings } from './options.ts';

/** How long an engine may take from the end of a program's output to its exit status, in milliseconds. */
const SETTLE_MS = 5000;

/** Between two looks at a program that is about to run or has just ended, in milliseconds. */
const LOOK_AGAIN_MS = 10;

/** What a runtime says in place of a program that it cannot run (runc, crun), at the beginning of that program's output; Podman puts more before it. */
const CANNOT_RUN = /^(?:Error: )?(?:runc: )?(?:OCI runtime exec failed|exec failed|crun): /;

/** Statuses with which the engine ends a program that never ran. */
const NEVER_RAN: ReadonlySet<unknown> = new Set([126, 127]);

/** Runs a program beside a peer. @throws {LabError} as CanExec.exec */
export async function execute(
  target: PeerTarget,
  settings: DockerSettings,
  command: readonly string[],
  { env = {}, input, signal }: ExecOptions = {},
): Promise<Execution> {
  if (signal?.aborted === true) throw new LabError('ABORTED', 'cancelled');
  const { engine, peer, lab } = target;
  const found = await requireRunning(target);
  if (found.state === 'paused') throw peerFailed(target, 'is paused: it runs nothing');
  const [program = ''] = command;
  const mark = uuid();
  const variables = Object.entries({ ...env, [EXECUTION_VARIABLE]: mark }).map(([key, value]) => `${key}=${value}`);
  const what = `run ${program} beside ${peer.name} of ${lab}`;
  const exec = await engine
    .call(what, abortSignal =>
      engine.docker.getContainer(found.id).exec({
        Cmd: [...command],
        Env: variables,
        AttachStdin: input !== undefined,
        AttachStdout: true,
        AttachStderr: true,
        abortSignal,
      }),
    )
    .catch((error: unknown) => {
      throw endedMeanwhile(target, error) ?? error;
    });
  const stream = await engine
    .call(what, async abortSignal => {
      const opened = await exec.start({ hijack: true, stdin: input !== undefined });
      if (abortSignal.aborted) opened.destroy();
      return opened;
    })
    .catch((error: unknown) => {
      throw neverRan(target, program, error) ?? endedMeanwhile(target, error) ?? error;
    });
  const running = new DockerExecution({ target, settings, exec, stream, containerId: found.id, mark, program });
  await running.begun();
  const kill = (): void => void running.kill().catch(() => stream.destroy());
  signal?.addEventListener('abort', kill, { once: true });
  void running.ended.then(() => signal?.removeEventListener('abort', kill));
  if (signal?.aborted) kill();
  if (input !== undefined) void feedInput(input, sinkOf(stream), running.ended);
  return running;
}

interface Run {
  readonly target: PeerTarget;
  readonly settings: DockerSettings;
  readonly exec: Dockerode.Exec;
  readonly stream: Duplex;
  readonly containerId: string;
  readonly mark: string;
  readonly program: string;
}

class DockerExecution implements Execution {
  readonly ended: Promise<ExecutionEnd>;
  readonly #run: Run;
  readonly #chunks: ChunkKeeper;
  /** What it printed first; it may be the runtime's word for a program that it cannot run. */
  #head = '';
  #isOver = false;
  #wake: () => void = () => undefined;
  #killed: Promise<void> | undefined;

  constructor(run: Run) {
    const { stream } = run;
    this.#run = run;
    this.#chunks = new ChunkKeeper(stream);
    const chunks = new Demultiplexer((chunk, from) => {
      if (this.#head === '') this.#head = chunk.toString('latin1');
      this.#chunks.take(chunk, from);
      this.#wake();
    });
    this.ended = new Promise(resolve => {
      const finish = (): void => {
        if (this.#isOver) return;
        this.#isOver = true;
        stream.destroy();
        this.#wake();
        void this.#end().then(resolve);
      };
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', finish);
      stream.on('error', finish);
      stream.on('close', finish);
    });
  }

  /** Resolves when the program runs, or has run. @throws {LabError} `PROGRAM_MISSING` for one that never did */
  async begun(): Promise<void> {
    const { target, program } = this.#run;
    for (;;) {
      if (this.#head !== '' && !CANNOT_RUN.test(this.#head)) return;
      if (this.#isOver || this.#head !== '') {
        const { status, reason } = await this.ended;
        const said = this.#head.trim() === '' ? reason : this.#head.trim();
        if (NEVER_RAN.has(status) && (this.#head !== '' || (await this.#look()).Pid === 0))
          throw cannotRun(target, program, said);
        return;
      }
      if ((await this.#look()).Pid > 0) return;
      const news = new Promise<void>(resolve => {
        this.#wake = resolve;
      });
      await Promise.race([news, pause(LOOK_AGAIN_MS)]);
    }
  }

  listen(listener: ExecListener): void {
    this.#chunks.listen(listener);
  }

  kill(): Promise<void> {
    this.#killed ??= this.#kill();
    return this.#killed;
  }

  async #kill(): Promise<void> {
    if (this.#isOver) return;
    const { target, settings, containerId, mark } = this.#run;
    try {
      await endExecution(target.engine, settings, { containerId, mark, peer: target.peer.name });
    } catch (error) {
      // Nothing can be put beside a peer that ends just now, and with it the program ends.
      if (refusedStatus(error) === undefined) throw error;
      const isOver = await Promise.race([this.ended.then(() => true), pause(SETTLE_MS).then(() => false)]);
      if (!isOver) throw error;
    }
    await this.ended;
  }

  async #look(): Promise<Dockerode.ExecInspectInfo> {
    const { exec, target, program } = this.#run;
    return await target.engine.call(`look after ${program} beside ${target.peer.name}`, abortSignal =>
      exec.inspect({ abortSignal }),
    );
  }

  /** How it ended, now that its output has. */
  async #end(): Promise<ExecutionEnd> {
    const { engine } = this.#run.target;
    const giveUpMs = performance.now() + SETTLE_MS;
    try {
      for (;;) {
        const { Running: isRunning, ExitCode: status } = await this.#look();
        if (!isRunning && status !== null) return endOf(status);
        if (performance.now() > giveUpMs) return { reason: 'its output ended, and it runs on' };
        await pause(LOOK_AGAIN_MS);
      }
    } catch (error) {
      if (refusedStatus(error) === 404) return { reason: 'ended with the peer' };
      const reason = `its output ended; the engine at ${engine.where} does not say why`;
      return error instanceof LabError ? { reason, failure: error } : { reason };
    }
  }
}

/** A signal is told as shells do: 128 and its number. */
function endOf(status: number): ExecutionEnd {
  const { reason } = describeExit(status);
  const signal = Object.keys(constants.signals).find(name => reason === `killed by ${name}`);
  return signal === undefined ? { reason, status } : { reason, signal: signal as NodeJS.Signals };
}

function sinkOf(stream: Duplex): InputSink {
  return {
    write: async chunk =>
      await new Promise<void>((resolve, reject) => {
        stream.write(chunk, error => (error ? reject(error) : resolve()));
      }),
    end: () => stream.end(),
  };
}

/** The refusal of a peer that ended, or was paused, after the search for it; undefined for another one. */
function endedMeanwhile(target: PeerTarget, error: unknown): LabError | undefined {
  const status = refusedStatus(error);
  return status === 404 || status === 409
    ? peerFailed(target, 'does not run: it ended, or was paused, just now')
    : undefined;
}

/** Of an engine that says so in its answer, not in the program's output. */
function neverRan(target: PeerTarget, program: string, error: unknown): LabError | undefined {
  const isSaid =
    error instanceof LabError && refusedStatus(error) !== undefined && /OCI runtime exec failed/.test(error.message);
  return isSaid ? cannotRun(target, program, error.message) : undefined;
}

function cannotRun({ peer, lab }: PeerTarget, program: string, said: string): LabError {
  const isMissing = /not found|no such file/i.test(said);
  const why = isMissing
    ? 'there is no such program'
    : `it cannot be run (${said.replace(/^.*: (?=[^:]+: (?:unknown|OCI [^:]+)$)/, '').replace(/: (?:unknown|OCI [^:]+)$/, '')})`;
  return new LabError('PROGRAM_MISSING', `${program}: ${why} in the container of ${peer.name}`, {
    advice: 'it must be in the image of the peer: packages:, files:, image: or build: of its kind',
    details: { lab, peer: peer.name, program, said },
  });
}
