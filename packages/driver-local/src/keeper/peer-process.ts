/**
 * One process of a peer: started, heard line by line, written to, ended for sure. It leads its own process group, so
 * that what it starts itself ends with it.
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { LineSplitter, type PeerLine, parsePeerLine } from '@peerlab/contract';
import type { BrokenLine, ChannelEnd } from '@peerlab/driver';
import { LabError, signalGroup, UnfinishedLine } from '@peerlab/driver';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import type { WireLine } from '../messages.ts';

/** What a process is started from. */
export interface PeerStart {
  /** The peer's name, for messages. */
  readonly name: string;
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** True for a program that does not speak the peer contract: what it prints is not read here. */
  readonly isForeign: boolean;
  /** The signal by which it leaves. @default SIGTERM */
  readonly stop: NodeJS.Signals | undefined;
  /** Hands on what the process prints, a chunk's lines at a time, in order. */
  readonly onLines: (lines: readonly WireLine[]) => void;
}

/** Bytes that may wait for a peer that does not read its commands. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** How long the output of an ended process may stay open, in milliseconds: something outside its group may hold it. */
const OUTPUT_GRACE_MS = 1000;

type OnReady = (broken: BrokenLine | undefined) => void;

function brokenLine(line: PeerLine): BrokenLine | undefined {
  if (line.type !== 'log' || line.isBreach !== true) return undefined;
  return { text: line.text, problem: line.problem ?? '' };
}

/** A process of a peer, from its start on. */
export class PeerProcess {
  readonly processId: number | undefined;
  /** Resolves when the process is gone and its output has been handed on. Never rejects. */
  readonly ended: Promise<ChannelEnd>;
  /** Resolves when it has said `ready`, or has broken the contract before, with how; or never. */
  readonly ready: Promise<BrokenLine | undefined>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #name: string;
  readonly #stop: NodeJS.Signals;
  #nodeId: string | undefined;
  #running = true;
  #stopping = false;
  #paused = false;

  constructor(start: PeerStart) {
    const [command = '', ...args] = start.program;
    this.#name = start.name;
    this.#stop = start.stop ?? 'SIGTERM';
    this.#child = spawn(command, args, { cwd: start.cwd, env: start.env, stdio: 'pipe', detached: true });
    this.processId = this.#child.pid;
    // A process that does not read any more is told by its end.
    this.#child.stdin.on('error', () => undefined);
    let sayReady: OnReady = () => undefined;
    this.ready = new Promise(resolve => {
      sayReady = resolve;
    });
    const flushes = [this.#read(1, start, sayReady), this.#read(2, start, () => undefined)];
    this.ended = this.#watch(start, () => {
      for (const flush of flushes) flush();
    });
  }

  /** The node id that it announced: its own program may use another than the planned one. */
  get nodeId(): string | undefined {
    return this.#nodeId;
  }

  /** True until it has ended, paused or not. */
  get running(): boolean {
    return this.#running;
  }

  get paused(): boolean {
    return this.#running && this.#paused;
  }

  /** Freezes the process and its group. */
  pause(): void {
    this.#paused = true;
    this.#signalGroup('SIGSTOP');
  }

  /** Lets the process and its group go on. */
  unpause(): void {
    this.#paused = false;
    this.#signalGroup('SIGCONT');
  }

  /**
   * Writes a line to the process's standard input.
   * @throws {LabError} `PEER_FAILED` when the process is gone; `PEER_SILENT` when it reads nothing.
   */
  write(line: string): void {
    const { stdin } = this.#child;
    if (!this.#running || !stdin.writable) {
      throw new LabError('PEER_FAILED', `the control channel of ${this.#name} is closed`);
    }
    if (stdin.writableLength > MAX_WAITING_BYTES) {
      throw new LabError(
        'PEER_SILENT',
        `${this.#name} does not read its commands: ${stdin.writableLength} bytes are queued`,
      );
    }
    stdin.write(`${line}\n`);
  }

  /** Tells the process to end, kills it when it has not after `timeoutMs`, and resolves when it is gone. */
  stop(timeoutMs: number): Promise<ChannelEnd> {
    if (!this.#stopping) {
      this.#stopping = true;
      this.#child.stdin.end();
      this.signal(this.#stop);
      const killing = startTimer(() => this.#signalGroup('SIGKILL'), timeoutMs);
      void this.ended.then(() => stopTimer(killing));
    }
    return this.ended;
  }

  /** Kills the process and its group at once. */
  kill(): void {
    this.#signalGroup('SIGKILL');
  }

  /** Sends the process and its group a signal that they take even while they are paused, here or by a signal from outside. */
  signal(signal: NodeJS.Signals): void {
    this.#signalGroup(signal);
    this.unpause();
  }

  #read(stream: 1 | 2, { onLines, isForeign }: PeerStart, onReady: OnReady): () => void {
    const source = stream === 1 ? this.#child.stdout : this.#child.stderr;
    const decoder = new StringDecoder('utf8');
    let lines: WireLine[] = [];
    let listening = stream === 1 && !isForeign;
    const splitter = new LineSplitter(text => {
      lines.push([stream, text]);
      if (!listening) return;
      const line = parsePeerLine(text);
      const broken = brokenLine(line);
      if (broken === undefined && !(line.type === 'event' && line.event.event === 'ready')) return;
      listening = false;
      if (line.type === 'event' && line.event.event === 'ready') this.#nodeId = line.event.nodeId;
      onReady(broken);
    });
    const handOn = (): void => {
      const complete = lines;
      lines = [];
      if (complete.length > 0) onLines(complete);
    };
    const unfinished = new UnfinishedLine(splitter, handOn);
    source.on('error', () => undefined);
    source.on('data', (chunk: Buffer) => {
      splitter.push(decoder.write(chunk));
      handOn();
      if (stream === 1) unfinished.look();
    });
    return () => {
      unfinished.stop();
      splitter.push(decoder.end());
      splitter.end();
      handOn();
    };
  }

  #watch(start: PeerStart, flush: () => void): Promise<ChannelEnd> {
    return new Promise(resolve => {
      let end: ChannelEnd | undefined;
      let grace: Timer | undefined;
      const finish = (): void => {
        stopTimer(grace);
        if (end === undefined) return;
        this.#child.stdout.destroy();
        this.#child.stderr.destroy();
        flush();
        resolve(end);
      };
      this.#child.once('error', error => {
        if (this.processId !== undefined) return;
        this.#running = false;
        end = { reason: `could not be started: ${whyNotStarted(error, start)}` };
        finish();
      });
      this.#child.once('exit', (code, signal) => {
        this.#running = false;
        end =
          code === null ? { reason: `killed by ${signal}` } : { reason: `exited with status ${code}`, exitCode: code };
        this.#signalGroup('SIGKILL');
        grace = startTimer(finish, OUTPUT_GRACE_MS);
      });
      this.#child.once('close', finish);
    });
  }

  #signalGroup(signal: NodeJS.Signals): void {
    if (this.processId !== undefined) signalGroup(this.processId, signal);
  }
}

/** In words for who wrote the command; the system's own name of the error is the same for a folder that is gone. */
function whyNotStarted(error: NodeJS.ErrnoException, { program: [name = ''], cwd }: PeerStart): string {
  if (error.code !== 'ENOENT' || !existsSync(cwd)) return error.message;
  const searched = name.includes('/') ? `seen from ${cwd}` : 'searched on the PATH';
  return `there is no program ${name} on this machine (${searched})`;
}
