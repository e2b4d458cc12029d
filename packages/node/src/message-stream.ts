/** Async iteration over messages, with a bounded buffer: reading links is never paused for a slow consumer. */
import type { Received } from './received.ts';

/** See the module's header. */
export class MessageStream implements AsyncIterableIterator<Received, undefined> {
  readonly #maxBuffered: number;
  readonly #ended: (stream: MessageStream) => void;
  #buffer: Received[] = [];
  #waiting: ((result: IteratorResult<Received, undefined>) => void)[] = [];
  #isEnded = false;
  /** Messages that were dropped, the oldest first, because the consumer was too slow. */
  dropped = 0;

  /** @internal @param ended called once, when it takes no more */
  constructor(maxBuffered: number, ended: (stream: MessageStream) => void) {
    this.#maxBuffered = maxBuffered;
    this.#ended = ended;
  }

  /** @internal Takes a message. */
  push(message: Received): void {
    const next = this.#waiting.shift();
    if (next !== undefined) {
      next({ value: message, done: false });
      return;
    }
    this.#buffer.push(message);
    if (this.#buffer.length > this.#maxBuffered) {
      this.#buffer.shift();
      this.dropped++;
    }
  }

  /** Takes no more; what is buffered is still handed out. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    for (const next of this.#waiting) next({ value: undefined, done: true });
    this.#waiting = [];
    this.#ended(this);
  }

  next(): Promise<IteratorResult<Received, undefined>> {
    const value = this.#buffer.shift();
    if (value !== undefined) return Promise.resolve({ value, done: false });
    if (this.#isEnded) return Promise.resolve({ value: undefined, done: true });
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<Received, undefined>> {
    this.#buffer = [];
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
