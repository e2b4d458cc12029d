/**
 * One peer's control channel as the lab uses it: commands with their one reply, events, log lines. Knows the contract
 * (packages/contract) and nothing of how the lines travel.
 */

import {
  type Capability,
  type CommandName,
  type PeerEvent,
  type PeerInfo,
  parsePeerLine,
  type Reply,
  type Request,
  type Results,
  resultSchemas,
} from '@peerlab/contract';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import { v4 } from 'uuid';
import { breachOf } from './breach.ts';
import { type BreachListener, FirstBreach } from './first-breach.ts';
import { LabError } from './lab-error.ts';
import { LastWords } from './last-words.ts';
import type { ChannelEnd, PeerChannel, ProgramCommandName, ProgramPeer } from './peer-channel.ts';
import { Silence, silenceText } from './silence.ts';

/** Takes a peer's events, in order. `atMs`: when the peer reported it, if the lab has its own clock. */
export type EventListener = (event: PeerEvent, atMs?: number) => void;

/** How a command is bounded. */
export interface RequestOptions {
  /**
   * How long the reply may take, in milliseconds.
   * @default 15000: a dial and a handshake on a busy machine; a reply to anything else takes a millisecond
   */
  readonly timeoutMs?: number | undefined;
  /** Called as soon as the reply is there; `atMs` as of {@link EventListener}. */
  readonly onReply?: ((atMs: number | undefined) => void) | undefined;
}

const REPLY_TIMEOUT_MS = 15_000;
/** What helps a program that never says `ready`. */
const NOT_READY_ADVICE =
  'a peer prints the event ready: lab conform tests it; describe a program without the contract by program: in its kind';

/**
 * How long it may take to learn how a peer ended whose stream is closed, in milliseconds.
 * @default 15000: an engine under load takes seconds from the end of the output to the end of the container
 */
const END_TIMEOUT_MS = 15_000;
/** Errors that a peer causes by its end or its silence. */
const AWAY: ReadonlySet<string> = new Set(['PEER_FAILED', 'PEER_SILENT']);

interface Pending {
  readonly command: CommandName;
  readonly sentAtMs: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: LabError) => void;
  readonly timer: Timer;
  readonly onReply: RequestOptions['onReply'];
}

/** See the module's header. */
export class PeerClient {
  readonly name: string;
  readonly index: number;
  /** Resolves when the channel has ended, with how. Never rejects. */
  readonly ended: Promise<ChannelEnd>;
  readonly #channel: PeerChannel;
  readonly #replyTimeoutMs: number;
  readonly #pending: Map<string, Pending> = new Map();
  /** Commands past their timeout: a peer that goes on answers them late, and is heard again by that. */
  readonly #late: Map<string, CommandName> = new Map();
  readonly #silence: Silence = new Silence();
  readonly #firstBreach: FirstBreach = new FirstBreach();
  readonly #listeners: Set<EventListener> = new Set();
  readonly #prefix: string = v4().slice(0, 8);
  readonly #lastWords: LastWords = new LastWords();
  /** Commands whose reply nobody waits for any more: it may still come. */
  readonly #dropped: Set<string> = new Set();
  #sequence = 0;
  #info: PeerInfo | undefined;
  #onInfo: (() => void)[] = [];
  #end: ChannelEnd | undefined;
  #lostEvents = 0;
  #refusal: LabError | undefined;

  /** @param replyTimeoutMs the bound of every request that does not bring its own; see {@link RequestOptions} */
  constructor(channel: PeerChannel, name: string, index: number, replyTimeoutMs: number = REPLY_TIMEOUT_MS) {
    this.#replyTimeoutMs = replyTimeoutMs;
    this.name = name;
    this.index = index;
    this.#channel = channel;
    this.ended = channel.closed;
    void channel.closed.then(end => this.#ended(end));
    channel.listen((line, stream, atMs) => (stream === 'stderr' ? this.#keepLog(line) : this.#line(line, atMs)));
  }

  /** Who the peer says it is. @throws {LabError} `PEER_FAILED` before {@link ready} has resolved */
  get info(): PeerInfo {
    if (this.#info === undefined) throw this.#failure('has not said that it is ready');
    return this.#info;
  }

  /** Why the channel has ended; undefined while it is open. */
  get end(): ChannelEnd | undefined {
    return this.#end;
  }

  /** True once the peer has said who it is. */
  get isReady(): boolean {
    return this.#info !== undefined;
  }

  /** How long the peer has not answered, in milliseconds, once a command timed out; undefined while it answers. */
  get silentMs(): number | undefined {
    return this.#silence.lastedMs;
  }

  /** True when there is nothing to be learnt from the peer now: it has ended, is paused, or does not answer. */
  get isAway(): boolean {
    return this.#end !== undefined || this.#silence.isAway;
  }

  /** Events that the peer could not tell so far, because nobody read what it printed. */
  get lostEvents(): number {
    return this.#lostEvents;
  }

  /**
   * The first line by which the peer broke the contract, as the error `CONTRACT_BROKEN` that names it; undefined as long
   * as it kept the contract. What the peer said since is not to be judged: see {@link requireSound}.
   */
  get breach(): LabError | undefined {
    return this.#firstBreach.error;
  }

  /** @throws {LabError} `CONTRACT_BROKEN` where the peer broke the contract: no verdict can rest on what it said */
  requireSound(): void {
    if (this.breach !== undefined) throw this.breach;
  }

  /**
   * @throws {LabError} `ENGINE_UNREACHABLE` where the channel broke, though the peer may run on: what the peer said since was
   *   not heard, and is no loss
   */
  requireHeard(): void {
    if (this.#end?.failure !== undefined) throw this.#end.failure;
  }

  /** Forgets the breach, where it has been reported: what the peer says from now on counts again. */
  forgive(): void {
    this.#firstBreach.forget();
  }

  /** Calls the listener with the peer's breach, now where there was one. @returns a function that stops it */
  onBreach(listener: BreachListener): () => void {
    return this.#firstBreach.listen(listener);
  }

  /** The peer's latest log lines, oldest first, with the one that says why it ended. */
  get logTail(): readonly string[] {
    return this.#lastWords.lines;
  }

  /** How it ended, and why by its own word, in one clause; undefined while it runs, or where this lab let go of it. */
  get endText(): string | undefined {
    if (this.#end === undefined || this.#end.reason === 'let go' || this.#end.failure !== undefined) return undefined;
    return this.endCause ?? this.#end.reason;
  }

  /** As {@link endText}, where it said why: `exited with status 1 (Error: no port)`. A peer that is killed says nothing. */
  get endCause(): string | undefined {
    const { cause } = this.#lastWords;
    const isByItself = this.#end !== undefined && this.#end.reason !== 'let go' && this.#end.failure === undefined;
    return isByItself && cause !== undefined ? `${this.#end?.reason} (${cause})` : undefined;
  }

  /** True when the peer announced it. */
  can(capability: Capability): boolean {
    return this.#info?.capabilities.includes(capability) ?? false;
  }

  /** Where it speaks no contract: what the lab can ask of it in another way. */
  get program(): ProgramPeer | undefined {
    return this.#channel.program;
  }

  /** True when it takes this command: every peer of the contract does, a program where its kind describes it. */
  takes(command: ProgramCommandName): boolean {
    return this.#channel.program?.lacks.has(command) !== true;
  }

  /** Hands every event from now on to the listener. @returns a function that stops it */
  onEvent(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Waits until the peer is ready: for its `ready`, or, on a peer that may have said it long ago, for its `info`.
   * @throws {LabError} `PEER_FAILED` when it ends, or is not ready within the bound; `CONTRACT_BROKEN` as soon as it
   *   prints a line that breaks the contract instead
   */
  ready(options: { readonly isNew: boolean; readonly timeoutMs: number }): Promise<PeerInfo> {
    if (!options.isNew) void this.greet(options.timeoutMs);
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (this.#info !== undefined) resolve(this.#info);
        else if (this.#refusal !== undefined) reject(this.#refusal);
        else if (this.breach !== undefined) reject(this.breach);
        else if (this.#end?.failure !== undefined) reject(this.#end.failure);
        else if (this.#end !== undefined) reject(this.#failure(`ended before it was ready: ${this.#end.reason}`));
        else {
          this.#onInfo.push(check);
          return;
        }
        stopTimer(timer);
      };
      const timer = startTimer(
        () => reject(this.#failure(`was not ready within ${options.timeoutMs} ms`, true, NOT_READY_ADVICE)),
        options.timeoutMs,
      );
      check();
    });
  }

  /**
   * Asks the peer who it is. Resolves once it has answered, has ended, or may not be asked; then, or past the bound, it is silent.
   * Never rejects.
   */
  async greet(timeoutMs: number): Promise<void> {
    try {
      this.#learn(await this.request({ command: 'info' }, { timeoutMs }));
    } catch (error) {
      // A peer that nobody may ask does not hang.
      if (error instanceof LabError && error.code === 'NOT_SUPPORTED') this.#refusal = error;
      this.#wake();
    }
  }

  /** Resolves once the peer has said who it is, has ended, may not be asked, or has broken the contract. Never rejects. */
  introduced(): Promise<void> {
    return new Promise(resolve => {
      const check = (): void => {
        if (this.#info !== undefined || this.#end !== undefined || this.#refusal !== undefined) resolve();
        else if (this.breach !== undefined) resolve();
        else this.#onInfo.push(check);
      };
      check();
    });
  }

  /**
   * Sends a command and waits for its reply.
   * @throws {LabError} `PEER_REFUSED` with the peer's code in `details.peerCode`; `PEER_SILENT`; `PEER_FAILED` when the
   *   channel ends first; `CONTRACT_BROKEN` when the result is not of the contract's shape, or the peer breaks the
   *   contract by another line meanwhile
   */
  async request<R extends Request>(request: R, options: RequestOptions = {}): Promise<Results[R['command']]> {
    if (this.#end !== undefined) throw this.#end.failure ?? this.#failure(`has ended: ${this.#end.reason}`);
    const seq = `${this.#prefix}:${++this.#sequence}`;
    const { command } = request;
    const timeoutMs = options.timeoutMs ?? this.#replyTimeoutMs;
    const result = await new Promise<unknown>((resolve, reject) => {
      const timer = startTimer(() => this.#giveUp(seq, timeoutMs), timeoutMs);
      const sentAtMs = performance.now();
      this.#pending.set(seq, { command, sentAtMs, resolve, reject, timer, onReply: options.onReply });
      this.#channel.write(JSON.stringify({ seq, ...request })).catch((cause: unknown) => this.#refused(seq, cause));
    });
    const parsed = resultSchemas[command].safeParse(result);
    if (parsed.success) return parsed.data as Results[R['command']];
    const issue = parsed.error.issues[0];
    const problem = `it answered "${command}" with ${issue?.path.join('.') || 'a result'}: ${issue?.message}`;
    throw this.#broke(problem, JSON.stringify({ reply: seq, result }));
  }

  /**
   * Sends a command whose reply is only looked at: what ends, is paused or falls silent meanwhile has nothing to say.
   * @returns undefined when the peer {@link isAway}; then, or before it answered
   * @throws {LabError} as {@link request}, of a peer that is there; why its channel broke, where that is no end of the peer
   */
  async ask<R extends Request>(request: R, options: RequestOptions = {}): Promise<Results[R['command']] | undefined> {
    // What cannot be seen is not away.
    if (this.#end?.failure !== undefined) throw this.#end.failure;
    if (this.isAway) return undefined;
    try {
      return await this.#silence.look(this.request(request, options));
    } catch (error) {
      if (this.isAway && error instanceof LabError && AWAY.has(error.code)) return undefined;
      throw error;
    }
  }

  /** Takes it from the driver that the peer is paused, or goes on: looks at a paused one end at once. */
  setPaused(isPaused: boolean): void {
    this.#silence.setPaused(isPaused);
  }

  /** Takes it as silent from a time on, in milliseconds as of `performance.now`, unless it has answered since. */
  fallSilent(sinceMs: number): void {
    if (this.#end === undefined) this.#silence.begin(sinceMs);
  }

  /** Resolves once a silent peer answers, or has ended; at once where it is not silent. Never rejects. */
  async answersAgain(): Promise<void> {
    if (this.#end === undefined) await this.#silence.over();
  }

  /** Why nothing can be asked of a silent peer, as an error. */
  silence(): LabError {
    const message = `${this.name} ${silenceText(this.silentMs ?? 0)}`;
    const advice = `it may hang, or a signal may have stopped it: try lab fault unpause or restart on ${this.name}`;
    return new LabError('PEER_SILENT', message, { advice, definite: false, details: this.#details() });
  }

  /** Lets go of the channel. */
  close(): void {
    this.#channel.close();
    this.#ended({ reason: 'let go' });
  }

  #line(text: string, atMs: number | undefined): void {
    const line = parsePeerLine(text);
    if (line.type === 'reply') this.#reply(line.reply, atMs);
    else if (line.type === 'log') {
      if (line.isBreach === true) this.#broke(line.problem ?? 'not of the contract', text);
      this.#keepLog(line.problem === undefined ? text : `${line.problem}: ${text}`);
    } else {
      if (line.event.event === 'ready') {
        this.#silence.answered();
        this.#learn(line.event);
      }
      if (line.event.event === 'overflow') this.#lostEvents += line.event.lost;
      for (const listener of this.#listeners) listener(line.event, atMs);
    }
  }

  #learn(info: PeerInfo): void {
    this.#info = info;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#onInfo;
    this.#onInfo = [];
    for (const check of waiting) check();
  }

  #reply(reply: Reply, atMs: number | undefined): void {
    this.#silence.answered();
    if (this.#takeLate(reply) || this.#dropped.delete(reply.reply)) return;
    const pending = this.#settle(reply.reply);
    if (pending === undefined) {
      // The reply to another controller's command is none of ours.
      if (!reply.reply.startsWith(`${this.#prefix}:`)) return;
      this.#broke('a second reply to one command, or a reply to none', JSON.stringify(reply));
      return;
    }
    pending.onReply?.(atMs);
    if ('result' in reply) {
      pending.resolve(reply.result);
      return;
    }
    const { code, message } = reply.error;
    const details = { ...this.#details(), peerCode: code };
    pending.reject(new LabError('PEER_REFUSED', `${this.name} refused "${pending.command}": ${message}`, { details }));
  }

  /** Notes the breach and ends what is waited for: the reply may be what was broken. */
  #broke(problem: string, text: string): LabError {
    const breach = breachOf(this.name, { text, problem }, this.#details());
    for (const seq of [...this.#pending.keys()]) {
      this.#dropped.add(seq);
      this.#settle(seq)?.reject(breach);
    }
    // A caller that waits for the peer to be ready is told as well.
    if (this.#firstBreach.note(breach)) this.#wake();
    return breach;
  }

  #settle(seq: string): Pending | undefined {
    const pending = this.#pending.get(seq);
    if (pending === undefined) return undefined;
    this.#pending.delete(seq);
    stopTimer(pending.timer);
    return pending;
  }

  /** Of a peer that hangs the reply may still come. */
  #giveUp(seq: string, timeoutMs: number): void {
    // Where this process itself was held up, the reply may be waiting to be read.
    setImmediate(() => {
      const pending = this.#settle(seq);
      if (pending === undefined) return;
      this.#late.set(seq, pending.command);
      this.fallSilent(pending.sentAtMs);
      const message = `${this.name} did not answer "${pending.command}" within ${timeoutMs} ms`;
      pending.reject(new LabError('PEER_SILENT', message, { definite: false, details: this.#details() }));
    });
  }

  /** A stream closes a moment before it is known how the peer ended: that is waited for, as its end is what counts. */
  #refused(seq: string, cause: unknown): void {
    if (cause instanceof LabError && cause.code !== 'PEER_FAILED') {
      this.#settle(seq)?.reject(cause);
      return;
    }
    const late = startTimer(
      () => this.#ended({ reason: `its control channel is closed: ${String(cause)}` }),
      END_TIMEOUT_MS,
    );
    void this.ended.then(() => stopTimer(late));
  }

  #takeLate(reply: Reply): boolean {
    const command = this.#late.get(reply.reply);
    if (command === 'info' && 'result' in reply) {
      const parsed = resultSchemas.info.safeParse(reply.result);
      if (parsed.success) this.#learn(parsed.data as PeerInfo);
    }
    return this.#late.delete(reply.reply);
  }

  #ended(end: ChannelEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#silence.wake();
    for (const seq of [...this.#pending.keys()]) {
      this.#settle(seq)?.reject(end.failure ?? this.#failure(`ended before it answered: ${end.reason}`, false));
    }
    this.#wake();
  }

  #keepLog(line: string): void {
    this.#lastWords.add(line);
  }

  #failure(what: string, definite = true, advice?: string): LabError {
    const message = `${this.name} ${what}${this.#lastWords.clause}`;
    const given = advice === undefined ? {} : { advice };
    return new LabError('PEER_FAILED', message, { definite, details: this.#details(), ...given });
  }

  #details(): Record<string, unknown> {
    const { lines, cause } = this.#lastWords;
    return { peer: this.name, log: lines, ...(cause === undefined ? {} : { cause }) };
  }
}
