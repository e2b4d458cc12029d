/**
 * The stream to a packed container: the channels of its peers on it, and what its host is asked for
 * (packages/contract/src/pack-lines.ts). Several processes may have one each; the host tells all of them what becomes of its peers.
 */
import {
  type HostLine,
  type PackAnswer,
  type PackRequest,
  packLine,
  readHostLine,
  unpackLine,
} from '@peerlab/contract';
import type { ChannelEnd, LastWords } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import { v4 as uuid } from 'uuid';
import { type DockerChannel, openChannel } from '../channel.ts';
import type { Engine } from '../engine.ts';
import { PackedChannel } from './packed-channel.ts';

/** How long a host may take to answer, in milliseconds: five hundred peers that start on a busy machine take seconds. */
const ANSWER_TIMEOUT_MS = 60_000;

/** What {@link openBlock} attaches to. */
export interface BlockTarget {
  readonly containerId: string;
  /** For messages: `the container of n0 to n4`. */
  readonly what: string;
  readonly listenOnly: boolean;
  readonly end: () => Promise<ChannelEnd>;
}

/** Attaches to a block's container, which may not have been started yet. @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE` */
export async function openBlock(engine: Engine, target: BlockTarget): Promise<BlockLink> {
  const { containerId, what: peer, listenOnly, end } = target;
  return new BlockLink(await openChannel(engine, { containerId, peer, listenOnly, end }), target.what);
}

interface Asked {
  readonly resolve: (answer: PackAnswer) => void;
  readonly reject: (error: LabError) => void;
  readonly timer: Timer;
}

/** See the module's header. */
export class BlockLink {
  /** Resolves when the container's output has ended. Never rejects. */
  readonly closed: Promise<ChannelEnd>;
  readonly #channel: DockerChannel;
  readonly #what: string;
  readonly #prefix: string = uuid().slice(0, 8);
  readonly #asked: Map<string, Asked> = new Map();
  readonly #peers: Map<number, PackedChannel> = new Map();
  readonly #ends: Map<number, ChannelEnd> = new Map();
  /** Of peers that have ended. */
  readonly #words: Map<number, LastWords> = new Map();
  readonly #onEnded: Set<(place: number) => void> = new Set();
  #batch: string[] = [];
  #written: Promise<void> = Promise.resolve();
  #sequence = 0;
  #end: ChannelEnd | undefined;

  constructor(channel: DockerChannel, what: string) {
    this.#channel = channel;
    this.#what = what;
    this.closed = channel.closed;
    channel.listen((line, stream) => this.#take(line, stream === 'stderr'));
    void channel.closed.then(end => this.#ended(end));
  }

  /** True until the container's output has ended. */
  get open(): boolean {
    return this.#end === undefined && this.#channel.open;
  }

  /** What the container printed that is no line of a pack: why it ended. */
  get lastWords(): DockerChannel['lastWords'] {
    return this.#channel.lastWords;
  }

  /** How a peer ended, where this process heard it. */
  endOf(place: number): ChannelEnd | undefined {
    return this.#ends.get(place);
  }

  /** What a peer printed last, where this process has its channel, or had until it ended. */
  wordsOf(place: number): LastWords | undefined {
    return this.#words.get(place) ?? this.#peers.get(place)?.lastWords;
  }

  /** Calls the listener when a peer has ended. @returns a function that stops it */
  onEnded(listener: (place: number) => void): () => void {
    this.#onEnded.add(listener);
    return () => this.#onEnded.delete(listener);
  }

  /** The channel of a peer that runs: the same while it is open. */
  channel(place: number, name: string): PackedChannel {
    const known = this.#peers.get(place);
    if (known?.open === true) return known;
    const channel = new PackedChannel(name, line => this.#write(packLine(place, line)));
    this.#peers.set(place, channel);
    if (this.#end !== undefined) channel.end(this.#end);
    return channel;
  }

  /**
   * Asks the host for something.
   * @returns what was asked for
   * @throws {LabError} `PEER_FAILED` when the container ends first, or the host says why not; `PEER_SILENT` past the bound;
   *   `NOT_SUPPORTED` where only the lab's owner may ask
   */
  async ask(request: PackRequest, timeoutMs: number = ANSWER_TIMEOUT_MS): Promise<PackAnswer> {
    if (this.#end !== undefined) throw this.#gone(this.#end);
    const seq = `${this.#prefix}:${++this.#sequence}`;
    return await new Promise<PackAnswer>((resolve, reject) => {
      const timer = startTimer(() => {
        this.#asked.delete(seq);
        const message = `${this.#what} did not answer "${request.do}" within ${timeoutMs} ms`;
        reject(new LabError('PEER_SILENT', message, { definite: false, details: { request: request.do } }));
      }, timeoutMs);
      this.#asked.set(seq, { resolve, reject, timer });
      this.#write(JSON.stringify({ seq, request })).catch((error: LabError) => this.#settle(seq)?.reject(error));
    });
  }

  /** Lets go of the stream. */
  close(): void {
    this.#channel.close();
    this.#ended({ reason: 'let go' });
  }

  /** What is written in one turn leaves at once. */
  #write(line: string): Promise<void> {
    this.#batch.push(line);
    if (this.#batch.length === 1) {
      this.#written = new Promise((resolve, reject) => {
        setImmediate(() => {
          const text = this.#batch.join('\n');
          this.#batch = [];
          this.#channel.write(text).then(resolve, reject);
        });
      });
    }
    return this.#written;
  }

  #take(text: string, isError: boolean): void {
    const packed = isError ? undefined : unpackLine(text);
    if (packed !== undefined) {
      this.#peers.get(packed.place)?.take(packed.line, packed.stream);
      return;
    }
    const said = readHostLine(text);
    if (said !== undefined) this.#hear(said);
  }

  #hear(said: HostLine): void {
    if (said.pack === 'started') {
      this.#ends.delete(said.place);
      this.#words.delete(said.place);
      return;
    }
    if (said.pack === 'ended') {
      const { place, reason, exitCode } = said;
      const end = exitCode === undefined ? { reason } : { reason, exitCode };
      this.#ends.set(place, end);
      const channel = this.#peers.get(place);
      if (channel !== undefined) this.#words.set(place, channel.lastWords);
      channel?.end(end);
      this.#peers.delete(place);
      for (const listener of this.#onEnded) listener(place);
      return;
    }
    const asked = this.#settle(said.seq);
    if (said.problem === undefined) asked?.resolve(said);
    else asked?.reject(new LabError('PEER_FAILED', said.problem));
  }

  #settle(seq: string): Asked | undefined {
    const asked = this.#asked.get(seq);
    this.#asked.delete(seq);
    stopTimer(asked?.timer);
    return asked;
  }

  #ended(end: ChannelEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    for (const seq of [...this.#asked.keys()]) this.#settle(seq)?.reject(this.#gone(end));
    for (const channel of this.#peers.values()) channel.end(end);
    this.#peers.clear();
  }

  #gone(end: ChannelEnd): LabError {
    if (end.failure !== undefined) return end.failure;
    const { clause, lines: log } = this.lastWords;
    return new LabError('PEER_FAILED', `${this.#what} has ended: ${end.reason}${clause}`, { details: { ...end, log } });
  }
}
