/**
 * A peer's control channel: the engine's attach stream, demultiplexed into lines. It works for a remote engine, needs no
 * port and no root, and stays up when the peer's own network is cut.
 */
import { Duplex, PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ChannelEnd, PeerChannel } from '@peerlab/driver';
import { LabError, LastWords } from '@peerlab/driver';
import { attachTo } from './attach.ts';
import { LineDemultiplexer, type OutputStream } from './demux.ts';
import { dialectOf } from './dialect.ts';
import type { Engine } from './engine.ts';

/** Lines kept for the first listener, in characters; past it the stream is left unread until somebody listens. */
const KEPT_CHARACTERS = 1024 * 1024;

/** A channel, with what explains its end. */
export interface DockerChannel extends PeerChannel {
  /** What the peer printed last. */
  readonly lastWords: LastWords;
  /** True until the stream has ended or was let go. */
  readonly open: boolean;
  /** Somebody has listened. */
  readonly isHeard: boolean;
}

/** What {@link openChannel} attaches to. */
export interface ChannelTarget {
  readonly containerId: string;
  /** For messages. */
  readonly peer: string;
  /**
   * Only listens. A throw-away peer stops when any controller that could write disconnects (`StdinOnce`), so a reader
   * that is not its owner must not be able to.
   */
  readonly listenOnly?: boolean;
  /** Finds out how the container ended; called once, when its output has. Never rejects. */
  readonly end: () => Promise<ChannelEnd>;
}

/**
 * Attaches to a container, which may not have been started yet: then no line is lost.
 * @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`.
 */
export async function openChannel(engine: Engine, target: ChannelTarget): Promise<DockerChannel> {
  const { containerId, peer: what, listenOnly } = target;
  const stream = await attachTo(engine, { containerId, what, stdin: listenOnly !== true });
  return new AttachedChannel(stream, target);
}

/**
 * Listens to a container that runs, and that is another process's: without any effect on it.
 * @throws {LabError} `ENGINE_REFUSED`, `ENGINE_UNREACHABLE`.
 */
export async function openListener(engine: Engine, target: ChannelTarget): Promise<DockerChannel> {
  const { attachesHarmlessly } = await dialectOf(engine);
  if (attachesHarmlessly) return await openChannel(engine, { ...target, listenOnly: true });
  return new AttachedChannel(followLog(engine, target), { ...target, listenOnly: true });
}

/** What a container prints from now on, by its log. Podman answers with the first line, and no sooner: nobody waits for it. */
function followLog(engine: Engine, { containerId, peer }: ChannelTarget): Readable {
  const lines = new PassThrough();
  const since = String(Date.now() / 1000);
  engine.docker
    .getContainer(containerId)
    .logs({ follow: true, stdout: true, stderr: true, since })
    .then(
      log => {
        const followed = log as Readable;
        if (lines.destroyed) followed.destroy();
        else pipeline(followed, lines).catch(() => undefined);
      },
      (cause: unknown) => lines.destroy(new Error(`could not listen to ${peer}`, { cause })),
    );
  return lines;
}

class AttachedChannel implements DockerChannel {
  readonly closed: Promise<ChannelEnd>;
  readonly lastWords: LastWords = new LastWords();
  readonly #stream: Readable;
  readonly #peer: string;
  readonly #listenOnly: boolean;
  #listeners: ((line: string, stream: OutputStream) => void)[] = [];
  #kept: { readonly line: string; readonly stream: OutputStream }[] = [];
  #keptLength = 0;
  #open = true;
  #letGo = false;

  constructor(stream: Readable, target: ChannelTarget) {
    this.#stream = stream;
    this.#peer = target.peer;
    this.#listenOnly = target.listenOnly === true;
    const lines = new LineDemultiplexer((line, from) => this.#take(line, from));
    this.closed = new Promise(resolve => {
      const finish = (): void => {
        if (!this.#open) return;
        this.#open = false;
        lines.end();
        stream.destroy();
        if (this.#letGo) resolve({ reason: 'let go' });
        else void target.end().then(resolve);
      };
      stream.on('data', (chunk: Buffer) => lines.push(chunk));
      stream.on('end', finish);
      stream.on('error', finish);
      stream.on('close', finish);
    });
  }

  get open(): boolean {
    return this.#open;
  }

  get isHeard(): boolean {
    return this.#listeners.length > 0;
  }

  write(line: string): Promise<void> {
    if (!this.#open || this.#letGo) return Promise.reject(this.#gone());
    if (this.#listenOnly) {
      const message = `${this.#peer} belongs to a throw-away lab: on Docker only the process that created it can control it`;
      return Promise.reject(new LabError('NOT_SUPPORTED', message, { advice: 'use a lasting lab: lab up' }));
    }
    const stream = this.#stream;
    if (!(stream instanceof Duplex)) return Promise.reject(this.#gone());
    return new Promise((resolve, reject) => {
      stream.write(`${line}\n`, error => (error ? reject(this.#gone(error)) : resolve()));
    });
  }

  listen(listener: (line: string, stream: OutputStream) => void): void {
    this.#listeners = [...this.#listeners, listener];
    const kept = this.#kept;
    this.#kept = [];
    this.#keptLength = 0;
    for (const { line, stream } of kept) listener(line, stream);
    this.#stream.resume();
  }

  close(): void {
    this.#letGo = true;
    this.#stream.destroy();
  }

  #take(line: string, stream: OutputStream): void {
    this.lastWords.add(line);
    if (this.#listeners.length > 0) {
      for (const listener of this.#listeners) listener(line, stream);
      return;
    }
    this.#kept.push({ line, stream });
    this.#keptLength += line.length;
    if (this.#keptLength > KEPT_CHARACTERS) this.#stream.pause();
  }

  #gone(cause?: unknown): LabError {
    return new LabError('PEER_FAILED', `the control channel of ${this.#peer} is closed`, {
      ...(cause === undefined ? {} : { cause }),
    });
  }
}
