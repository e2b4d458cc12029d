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
import { v4 } from 'uuid';
import { LabError } from './lab-error.ts';
import type { ChannelEnd, PeerChannel } from './peer-channel.ts';

/** How long it may take to learn how a peer ended whose stream is closed, in milliseconds. */
const END_TIMEOUT_MS = 2000;

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
/** Log lines that are kept for error messages. */
const LOG_TAIL = 20;

interface Pending {
  readonly command: CommandName;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: LabError) => void;
  readonly timer: NodeJS.Timeout;
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
  readonly #listeners: Set<EventListener> = new Set();
  readonly #prefix: string = v4().slice(0, 8);
  readonly #logTail: string[] = [];
  #sequence = 0;
  #info: PeerInfo | undefined;
  #onInfo: (() => void)[] = [];
  #end: ChannelEnd | undefined;
  #lostEvents = 0;

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

  /** Events that the peer could not tell so far, because nobody read what it printed. */
  get lostEvents(): number {
    return this.#lostEvents;
  }

  /** The peer's latest log lines, oldest first. */
  get logTail(): readonly string[] {
    return this.#logTail;
  }

  /** True when the peer announced it. */
  can(capability: Capability): boolean {
    return this.#info?.capabilities.includes(capability) ?? false;
  }

  /** Hands every event from now on to the listener. @returns a function that stops it */
  onEvent(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Waits until the peer is ready: for its `ready`, or, on a peer that may have said it long ago, for its `info`.
   * @throws {LabError} `PEER_FAILED` when it ends, or is not ready within the bound
   */
  ready(options: { readonly isNew: boolean; readonly timeoutMs: number }): Promise<PeerInfo> {
    if (!options.isNew)
      void this.request({ command: 'info' }, options).then(
        info => this.#learn(info),
        () => undefined,
      );
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (this.#info !== undefined) resolve(this.#info);
        else if (this.#end !== undefined) reject(this.#failure(`ended before it was ready: ${this.#end.reason}`));
        else {
          this.#onInfo.push(check);
          return;
        }
        clearTimeout(timer);
      };
      const timer = setTimeout(
        () => reject(this.#failure(`was not ready within ${options.timeoutMs} ms`)),
        options.timeoutMs,
      );
      check();
    });
  }

  /**
   * Sends a command and waits for its reply.
   * @throws {LabError} `PEER_REFUSED` with the peer's code in `details.peerCode`; `PEER_SILENT`; `PEER_FAILED` when the
   *   channel ends first; `CONTRACT_BROKEN` when the result is not of the contract's shape
   */
  async request<R extends Request>(request: R, options: RequestOptions = {}): Promise<Results[R['command']]> {
    if (this.#end !== undefined) throw this.#failure(`has ended: ${this.#end.reason}`);
    const seq = `${this.#prefix}:${++this.#sequence}`;
    const { command } = request;
    const timeoutMs = options.timeoutMs ?? this.#replyTimeoutMs;
    const result = await new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(seq);
        const message = `${this.name} did not answer "${command}" within ${timeoutMs} ms`;
        reject(new LabError('PEER_SILENT', message, { definite: false, details: this.#details() }));
      }, timeoutMs);
      this.#pending.set(seq, { command, resolve, reject, timer, onReply: options.onReply });
      this.#channel.write(JSON.stringify({ seq, ...request })).catch((cause: unknown) => {
        const refuse = (): void => {
          this.#settle(seq)?.reject(this.#failure(`did not accept the command: ${String(cause)}`));
        };
        // A stream closes a moment before it is known how the peer ended: callers excuse a peer that has ended.
        if (cause instanceof LabError && cause.code === 'NOT_SUPPORTED') refuse();
        else setTimeout(refuse, END_TIMEOUT_MS).unref();
      });
    });
    const parsed = resultSchemas[command].safeParse(result);
    if (parsed.success) return parsed.data as Results[R['command']];
    const issue = parsed.error.issues[0];
    const message = `${this.name} answered "${command}" with ${issue?.path.join('.') || 'a result'}: ${issue?.message}`;
    throw new LabError('CONTRACT_BROKEN', message, { details: this.#details() });
  }

  /** Lets go of the channel. */
  close(): void {
    this.#channel.close();
  }

  #line(text: string, atMs: number | undefined): void {
    const line = parsePeerLine(text);
    if (line.type === 'reply') this.#reply(line.reply, atMs);
    else if (line.type === 'log') this.#keepLog(line.problem === undefined ? text : `${line.problem}: ${text}`);
    else {
      if (line.event.event === 'ready') this.#learn(line.event);
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
    const pending = this.#settle(reply.reply);
    // The reply to another controller's command is none of ours.
    if (pending === undefined) return;
    pending.onReply?.(atMs);
    if ('result' in reply) {
      pending.resolve(reply.result);
      return;
    }
    const { code, message } = reply.error;
    const details = { ...this.#details(), peerCode: code };
    pending.reject(new LabError('PEER_REFUSED', `${this.name} refused "${pending.command}": ${message}`, { details }));
  }

  #settle(seq: string): Pending | undefined {
    const pending = this.#pending.get(seq);
    if (pending === undefined) return undefined;
    this.#pending.delete(seq);
    clearTimeout(pending.timer);
    return pending;
  }

  #ended(end: ChannelEnd): void {
    this.#end = end;
    for (const seq of [...this.#pending.keys()]) {
      this.#settle(seq)?.reject(this.#failure(`ended before it answered: ${end.reason}`, false));
    }
    this.#wake();
  }

  #keepLog(line: string): void {
    this.#logTail.push(line);
    if (this.#logTail.length > LOG_TAIL) this.#logTail.shift();
  }

  #failure(what: string, definite = true): LabError {
    const last = this.#logTail.at(-1);
    const message = `${this.name} ${what}${last === undefined ? '' : `; it last printed: ${last}`}`;
    return new LabError('PEER_FAILED', message, { definite, details: this.#details() });
  }

  #details(): Record<string, unknown> {
    return { peer: this.name, log: [...this.#logTail] };
  }
}
