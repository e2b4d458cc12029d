/** Async iteration over messages, with a bounded buffer: reading links is never paused for a slow consumer. */
import type { Content } from './content.ts';
import type { Received } from './received.ts';

/** See the module's header. */
export class MessageStream<M = Content> implements AsyncIterableIterator<Received<M>, undefined> {
  readonly #maxBuffered: number;
  readonly #ended: () => void;
  #buffer: Received<M>[] = [];
  #waiting: ((result: IteratorResult<Received<M>, undefined>) => void)[] = [];
  #isEnded = false;
  /** Messages that were dropped, the oldest first, because the consumer was too slow. */
  dropped = 0;

  /** @internal @param ended called once, when it takes no more */
  constructor(maxBuffered: number, ended: () => void) {
    this.#maxBuffered = maxBuffered;
    this.#ended = ended;
  }

  /** Whether it takes no more. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** @internal Takes a message. */
  push(message: Received<M>): void {
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
    this.#ended();
  }

  next(): Promise<IteratorResult<Received<M>, undefined>> {
    const value = this.#buffer.shift();
    if (value !== undefined) return Promise.resolve({ value, done: false });
    if (this.#isEnded) return Promise.resolve({ value: undefined, done: true });
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<Received<M>, undefined>> {
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
