/**
 * A driver's end of the socket to a lab keeper: questions and their answers, and what the keeper tells by itself. An idle
 * connection does not keep the process alive.
 */

import { connect, type Socket } from 'node:net';
import type { ChannelEnd, ExecutionEnd, Progress } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import { encodeFrame, FrameDecoder } from './frames.ts';
import { PROTOCOL, type Question, type Telling, type WireError, type WireLine } from './messages.ts';

/** What is heard of one run of a peer. */
export interface RunListener {
  lines(lines: readonly WireLine[]): void;
  ended(end: ChannelEnd): void;
}

/** What is heard of a program that runs beside a peer. */
export interface ExecutionListener {
  chunk(chunk: Buffer, stream: 'stdout' | 'stderr'): void;
  ended(end: ExecutionEnd): void;
}

/** How a question is asked. */
export interface AskOptions {
  /** How long the keeper may stay silent, in milliseconds. */
  readonly timeoutMs: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Receives the question's id, with which it can be cancelled. */
  readonly onAsked?: (id: number) => void;
  /**
   * Receives the answer at once, before anything that the keeper told behind it: what follows from the answer, such as a
   * listener, has to be there by then.
   */
  readonly onAnswer?: (result: unknown) => void;
}

/** The lab is being removed: ask again once it has ended. */
export class LabEndingError extends Error {
  override readonly name = 'LabEndingError';
}

/** The connection ended before the answer. */
export class KeeperGoneError extends Error {
  override readonly name = 'KeeperGoneError';
}

/** Why a connection is closed that this process itself let go of. */
const LET_GO = 'let go';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly alive: (progress?: Progress) => void;
}

/** An open connection. */
export class KeeperConnection {
  /** Resolves when the connection has ended, with the reason in one clause. Never rejects. */
  readonly closed: Promise<string>;
  readonly #socket: Socket;
  readonly #lab: string;
  readonly #waiting: Map<number, Waiting> = new Map();
  readonly #listeners: Map<string, RunListener> = new Map();
  readonly #executions: Map<number, ExecutionListener> = new Map();
  #nextId = 1;
  #open = true;
  #reason = 'the lab keeper ended';
  #isCutOff = false;

  private constructor(socket: Socket, lab: string) {
    this.#socket = socket;
    this.#lab = lab;
    const decoder = new FrameDecoder(message => this.#take(message as Telling));
    this.closed = new Promise(resolve => {
      socket.on('data', (chunk: Buffer) => {
        try {
          decoder.push(chunk);
        } catch (error) {
          this.#reason = `the lab keeper sent an invalid message: ${String(error)}`;
          socket.destroy();
        }
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#open = false;
        for (const { reject } of [...this.#waiting.values()]) reject(new KeeperGoneError(this.#reason));
        // A peer that ended before told so itself.
        const failure = this.#failure(lab);
        const end = { reason: this.#reason, ...(failure === undefined ? {} : { failure }) };
        for (const listener of this.#listeners.values()) listener.ended(end);
        this.#listeners.clear();
        for (const execution of this.#executions.values()) execution.ended(end);
        this.#executions.clear();
        resolve(this.#reason);
      });
    });
  }

  /**
   * Connects; undefined when no keeper is there.
   * @throws {LabError} `ENGINE_UNREACHABLE` when somebody is there and cannot be reached.
   */
  static open(path: string, lab: string, timeoutMs: number): Promise<KeeperConnection | undefined> {
    return new Promise((resolve, reject) => {
      const socket = connect({ path });
      const bound = startTimer(() => {
        socket.destroy();
        reject(unreachable(lab, `did not take a connection within ${timeoutMs / 1000} s`));
      }, timeoutMs);
      socket.once('connect', () => {
        stopTimer(bound);
        socket.off('error', refused);
        socket.unref();
        resolve(new KeeperConnection(socket, lab));
      });
      const refused = (error: NodeJS.ErrnoException): void => {
        stopTimer(bound);
        if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTSOCK') resolve(undefined);
        else reject(unreachable(lab, `cannot be reached: ${error.message}`, error));
      };
      socket.once('error', refused);
    });
  }

  get open(): boolean {
    return this.#open;
  }

  /**
   * Asks and waits for the answer.
   * @throws {LabError} what the keeper answered; `ENGINE_UNREACHABLE` when it is silent.
   * @throws {LabEndingError | KeeperGoneError}
   */
  ask(question: Question, options: AskOptions): Promise<unknown> {
    if (!this.#open) return Promise.reject(new KeeperGoneError(this.#reason));
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      let bound: Timer | undefined;
      const settle = (then: () => void): void => {
        stopTimer(bound);
        this.#waiting.delete(id);
        this.#hold();
        then();
      };
      const alive = (): void => {
        stopTimer(bound);
        bound = startTimer(() => {
          settle(() =>
            reject(unreachable(this.#lab, `did not answer '${question.ask}' within ${options.timeoutMs / 1000} s`)),
          );
        }, options.timeoutMs);
      };
      this.#waiting.set(id, {
        resolve: result => {
          settle(() => resolve(result));
          options.onAnswer?.(result);
        },
        reject: error => settle(() => reject(error)),
        alive: progress => {
          alive();
          if (progress !== undefined) options.onProgress?.(progress);
        },
      });
      alive();
      this.#hold();
      this.#socket.write(encodeFrame({ ...question, id }));
      options.onAsked?.(id);
    });
  }

  /**
   * Waits until the keeper has closed the connection, as the system does when the keeper's process is gone.
   * @throws {LabError} `ENGINE_UNREACHABLE` when that takes longer.
   */
  async gone(timeoutMs: number): Promise<void> {
    let bound: Timer | undefined;
    const late = new Promise<never>((_, reject) => {
      const what = `answered but did not end within ${timeoutMs / 1000} s`;
      bound = startTimer(() => reject(unreachable(this.#lab, what)), timeoutMs);
    });
    try {
      await Promise.race([this.closed, late]);
    } finally {
      stopTimer(bound);
    }
  }

  /** Hears of one run of a peer from now on. */
  listen(index: number, run: number | 'any', listener: RunListener): void {
    this.#listeners.set(`${index}/${run}`, listener);
    this.#hold();
  }

  /** Hears of it no more. */
  unlisten(index: number, run: number | 'any'): void {
    this.#listeners.delete(`${index}/${run}`);
    this.#hold();
  }

  /** Hears of a program from now on, by the id of the question that asked for it. */
  hear(execution: number, listener: ExecutionListener): void {
    this.#executions.set(execution, listener);
    this.#hold();
  }

  /** Stops reading: the keeper bounds what it keeps for this connection. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Waits for no answer any more: they are refused, with the reason in words that follow "the lab keeper of x". */
  giveUp(why: string): void {
    for (const { reject } of [...this.#waiting.values()]) reject(unreachable(this.#lab, why));
  }

  /** Ends the connection. */
  close(): void {
    this.#reason = LET_GO;
    this.#socket.destroy();
  }

  /** Why the connection ended, where that is no end of the peers; undefined where this end let go. */
  #failure(lab: string): LabError | undefined {
    if (this.#reason === LET_GO) return undefined;
    if (!this.#isCutOff) return unreachable(lab, `is gone (${this.#reason})`);
    return new LabError('ENGINE_UNREACHABLE', `this command no longer hears the peers of ${lab}: ${this.#reason}`, {
      advice: 'send fewer messages at once, or run fewer peers on this machine',
      details: { lab },
      definite: false,
    });
  }

  #take(message: Telling): void {
    if ('result' in message) this.#waiting.get(message.id)?.resolve(message.result);
    else if ('error' in message) this.#waiting.get(message.id)?.reject(fromWire(message.error));
    else if ('progress' in message) this.#waiting.get(message.id)?.alive(message.progress);
    else if ('lines' in message) {
      this.#listeners.get(`${message.index}/${message.run}`)?.lines(message.lines);
      this.#listeners.get(`${message.index}/any`)?.lines(message.lines);
    } else if ('exec' in message && 'ended' in message) {
      const execution = this.#executions.get(message.exec);
      this.#executions.delete(message.exec);
      this.#hold();
      execution?.ended(message.ended);
    } else if ('ended' in message) {
      this.#end(`${message.index}/${message.run}`, message.ended);
      this.#end(`${message.index}/any`, message.ended);
    } else if ('chunk' in message) {
      const stream = message.stream === 1 ? 'stdout' : 'stderr';
      this.#executions.get(message.exec)?.chunk(Buffer.from(message.chunk, 'base64'), stream);
    } else if ('cutOff' in message) {
      this.#reason = message.cutOff;
      this.#isCutOff = true;
    } else if (message.greeting !== PROTOCOL) {
      this.#reason = `the lab keeper (pid ${message.keeperPid}) has another version; end it with kill ${message.keeperPid}`;
      this.#socket.destroy();
    }
  }

  #end(key: string, end: ChannelEnd): void {
    const listener = this.#listeners.get(key);
    this.#listeners.delete(key);
    this.#hold();
    listener?.ended(end);
  }

  #hold(): void {
    if (this.#socket.destroyed) return;
    if (this.#waiting.size + this.#listeners.size + this.#executions.size > 0) this.#socket.ref();
    else this.#socket.unref();
  }
}

/** The error of a keeper that is there and says nothing; `what` in words that follow "the lab keeper of x". */
export function unreachable(lab: string, what: string, cause?: unknown): LabError {
  return new LabError('ENGINE_UNREACHABLE', `the lab keeper of ${lab} ${what}`, {
    advice: `lab down ${lab} ends it and its peers, whatever state it is in`,
    details: { lab },
    definite: false,
    ...(cause === undefined ? {} : { cause }),
  });
}

function fromWire({ code, message, advice, details, definite }: WireError): Error {
  if (code === 'ENDING') return new LabEndingError(message);
  return new LabError(code, message, { ...(advice === undefined ? {} : { advice }), details, definite });
}
