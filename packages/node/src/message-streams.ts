/** The iterations that are under way at a node, of all messages or of one topic. */
import { MessageStream } from './message-stream.ts';

/** See the module's header. */
export class MessageStreams {
  readonly #maxBuffered: number;
  readonly #open: Set<Pick<MessageStream<unknown>, 'dropped' | 'end'>> = new Set();
  #dropped = 0;
  #isClosed = false;

  constructor(maxBuffered: number) {
    this.#maxBuffered = maxBuffered;
  }

  /** Messages dropped so far because their consumers were too slow. */
  get dropped(): number {
    let sum = this.#dropped;
    for (const stream of this.#open) sum += stream.dropped;
    return sum;
  }

  /** A new iteration. @param ended called once, when it takes no more */
  open<M>(signal: AbortSignal | undefined, ended: (stream: MessageStream<M>) => void): MessageStream<M> {
    const onAbort = (): void => stream.end();
    const stream = new MessageStream<M>(this.#maxBuffered, () => {
      signal?.removeEventListener('abort', onAbort);
      this.#dropped += stream.dropped;
      this.#open.delete(stream);
      ended(stream);
    });
    this.#open.add(stream);
    if (this.#isClosed || signal?.aborted === true) stream.end();
    else signal?.addEventListener('abort', onAbort);
    return stream;
  }

  /** Ends them all, and those to come. */
  close(): void {
    this.#isClosed = true;
    for (const stream of [...this.#open]) stream.end();
  }
}
