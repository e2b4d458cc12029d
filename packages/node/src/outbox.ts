/**
 * Backpressure at the origin: this node's own messages wait, in order, while a link's queue is above its high-water
 * mark. Only the caller waits: reading and relaying go on, so peers in a cycle cannot block each other.
 */

import type { Link } from '@peerlab/protocol';
import { startTimer, stopTimer, type Timer } from '@peerlab/timers';
import { NodeError } from './node-error.ts';
import type { LibraryOptions } from './node-options.ts';

/** What an {@link Outbox} knows of the node. */
export interface OutboxHost {
  /** The links that are up. */
  links(): readonly Link[];
  /** A link has kept messages waiting for too long. True: it is cut off; false: messages go on without it. */
  stalled(link: Link): boolean;
  nowMs(): number;
}

interface WaitingMessage {
  readonly sizeBytes: number;
  /** Sends it, and gives its id. */
  send(): string;
  resolve(id: string): void;
  reject(error: unknown): void;
}

/** See the module's header. */
export class Outbox {
  readonly #host: OutboxHost;
  readonly #options: LibraryOptions;
  #queue: WaitingMessage[] = [];
  #queueBytes = 0;
  /** Links above the mark, and since when they keep messages waiting. */
  readonly #full: Map<Link, number> = new Map();
  /** Links that no longer get messages because they read too slowly; they stay connected. */
  readonly #ignored: WeakSet<Link> = new WeakSet();
  #timer: Timer | undefined;

  constructor(host: OutboxHost, options: LibraryOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** Payload bytes of the messages that wait. */
  get queueBytes(): number {
    return this.#queueBytes;
  }

  /**
   * Sends now, or when every link has room.
   * @returns the id, once it was sent
   * @throws NodeError `outbox-full`, or `closed` when the node closes first; the signal's reason. None of them was sent.
   */
  send(sizeBytes: number, send: () => string, signal?: AbortSignal): Promise<string> {
    if (this.#queue.length === 0 && this.#isClear()) return Promise.resolve(send());
    const { maxOutboxBytes } = this.#options;
    if (this.#queueBytes + sizeBytes > maxOutboxBytes) {
      const details = { waitingBytes: this.#queueBytes, maxOutboxBytes };
      return Promise.reject(
        new NodeError('outbox-full', `${this.#queueBytes} bytes are queued for slow links; await each send`, {
          details,
        }),
      );
    }
    return new Promise((resolve, reject) => {
      const message: WaitingMessage = {
        sizeBytes,
        send,
        resolve: id => {
          signal?.removeEventListener('abort', onAbort);
          resolve(id);
        },
        reject,
      };
      const onAbort = (): void => {
        this.#queue = this.#queue.filter(other => other !== message);
        this.#queueBytes -= sizeBytes;
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(message);
      this.#queueBytes += sizeBytes;
      this.#watch();
    });
  }

  /** A link has room again, or is gone. */
  drained(): void {
    if (this.#queue.length === 0) return;
    let sent = 0;
    while (sent < this.#queue.length && this.#isClear()) {
      const message = this.#queue[sent++];
      if (message === undefined) break;
      this.#queueBytes -= message.sizeBytes;
      try {
        message.resolve(message.send());
      } catch (error) {
        message.reject(error);
      }
    }
    if (sent > 0) this.#queue = this.#queue.slice(sent);
    this.#watch();
  }

  /** Sends no more: who waits is told that its message was not sent. */
  close(): void {
    stopTimer(this.#timer);
    const queue = this.#queue;
    this.#queue = [];
    this.#queueBytes = 0;
    for (const { reject } of queue) reject(new NodeError('closed', 'the node was closed before the message was sent'));
  }

  #isFull(link: Link): boolean {
    return link.transport.queuedBytes > this.#options.highWaterBytes && !this.#ignored.has(link);
  }

  #isClear(): boolean {
    for (const link of this.#host.links()) if (this.#isFull(link)) return false;
    return true;
  }

  /** Notes which links are full, and looks again when the first of them has been for too long. */
  #watch(): void {
    stopTimer(this.#timer);
    if (this.#queue.length === 0) {
      this.#full.clear();
      return;
    }
    const now = this.#host.nowMs();
    const links = new Set(this.#host.links());
    for (const link of this.#full.keys()) if (!links.has(link) || !this.#isFull(link)) this.#full.delete(link);
    for (const link of links) if (this.#isFull(link) && !this.#full.has(link)) this.#full.set(link, now);
    const dueInMs = Math.min(...this.#full.values()) + this.#options.stallTimeoutMs - now;
    if (Number.isFinite(dueInMs)) this.#timer = startTimer(() => this.#giveUp(), Math.max(0, Math.ceil(dueInMs)));
  }

  #giveUp(): void {
    const now = this.#host.nowMs();
    for (const [link, sinceMs] of [...this.#full]) {
      if (now - sinceMs < this.#options.stallTimeoutMs || !this.#isFull(link)) continue;
      this.#full.delete(link);
      if (!this.#host.stalled(link)) this.#ignored.add(link);
    }
    this.drained();
  }
}
