/** Requests to other nodes and from them: each is a direct message, and so is its answer, which names it by its message id. */
import type { Message } from '@peerlab/protocol';
import { Answers } from './answers.ts';
import type { ApplicationHost } from './application-host.ts';
import { type Codec, encodeWith, type Sendable } from './codec.ts';
import { type Body, type Content, decodeContent, encodeContent } from './content.ts';
import { encodeEnvelope } from './envelope.ts';
import { NodeError } from './node-error.ts';
import type { LibraryOptions } from './node-options.ts';
import { Received } from './received.ts';
import { encodeFailure, failureError, REQUEST_FAILURES, type RequestFailureReason } from './request-failures.ts';
import type { RequestOptions } from './send-options.ts';

/** Answers a request: with what it returns, or, where it throws, with the error's text. */
export type RequestHandler<M = Content> = (request: Received<M>) => Sendable<M> | Promise<Sendable<M>>;

/** The part of the requests handled at once that one node may have. */
const SHARE_OF_ONE = 1 / 4;

/** See the module's header. */
export class Requests<M> {
  readonly #host: ApplicationHost;
  readonly #codec: Codec<M>;
  readonly #options: LibraryOptions;
  readonly #answers: Answers<Body> = new Answers(REQUEST_FAILURES);
  #handler: RequestHandler<M> | undefined;
  /** Requests that are being handled, by their origin. */
  readonly #running: Map<string, number> = new Map();
  #runningCount = 0;

  constructor(host: ApplicationHost, codec: Codec<M>, options: LibraryOptions) {
    this.#host = host;
    this.#codec = codec;
    this.#options = options;
  }

  /** See PeerNode.request. */
  async request(to: string, message: Sendable<M>, options: RequestOptions): Promise<M> {
    const { timeoutMs = this.#options.requestTimeoutMs, signal, ...rest } = options;
    const body = encodeEnvelope({ kind: 'request' }, encodeWith(this.#codec, message));
    let answer: Promise<Body> | undefined;
    const sending = signal === undefined ? rest : { ...rest, signal };
    await this.#host.dm(to, body, sending, (id, recipient) => {
      answer = this.#answers.wait(id, recipient, { timeoutMs, signal });
    });
    if (answer === undefined) throw new Error('a request was sent and nobody was told');
    return this.#read(await answer, to);
  }

  /** See PeerNode.handle. */
  handle(handler: RequestHandler<M>): () => void {
    if (this.#handler !== undefined) {
      throw new NodeError('already-handled', 'this node has a handler of requests; end that one first');
    }
    this.#handler = handler;
    return () => {
      if (this.#handler === handler) this.#handler = undefined;
    };
  }

  /** A request has come. */
  take(frame: Message, body: Body): void {
    const request = new Received<M>(frame, { body, codec: this.#codec });
    const { origin } = request;
    const { maxRequests } = this.#options;
    const handler = this.#handler;
    const running = this.#running.get(origin) ?? 0;
    if (handler === undefined) this.#fail(request, frame, 'no-handler', 'it handles no requests');
    else if (this.#runningCount >= maxRequests || running >= Math.max(1, maxRequests * SHARE_OF_ONE)) {
      this.#fail(request, frame, 'busy', 'it handles as many requests as it takes at once');
    } else if (this.#codec.decode !== undefined && !this.#host.isReadable(request)) {
      this.#fail(request, frame, 'bad-request', 'it does not take this request');
    } else {
      this.#running.set(origin, running + 1);
      this.#runningCount++;
      void this.#serve(request, frame, handler).finally(() => this.#served(origin));
    }
  }

  /** The response to a request has come. */
  responded(id: string, by: string, body: Body): void {
    this.#answers.answered(id, by, body);
  }

  /** The recipient of a request says why it does not respond. */
  failed(id: string, by: string, body: Body): void {
    this.#answers.failed(id, by, failureError(body, id, by));
  }

  /** No response will come any more. */
  close(): void {
    this.#answers.close();
  }

  async #serve(request: Received<M>, frame: Message, handler: RequestHandler<M>): Promise<void> {
    let body: Body;
    try {
      const response = await handler(request);
      body = response === undefined ? encodeContent(null) : encodeWith(this.#codec, response);
    } catch (error) {
      this.#fail(request, frame, 'failed', error instanceof Error ? error.message : String(error));
      return;
    }
    try {
      await this.#answer(request, frame, 'response', body);
    } catch (cause) {
      if (!(cause instanceof NodeError && cause.code === 'bad-message')) this.#unsent(cause);
      else {
        this.#fail(request, frame, 'too-large', 'its response does not go into a frame');
        this.#host.failed(cause);
      }
    }
  }

  #served(origin: string): void {
    this.#runningCount--;
    const left = (this.#running.get(origin) ?? 1) - 1;
    if (left === 0) this.#running.delete(origin);
    else this.#running.set(origin, left);
  }

  #fail(request: Received<M>, frame: Message, reason: RequestFailureReason, text: string): void {
    this.#answer(request, frame, 'failure', encodeFailure(reason, text)).catch(cause => this.#unsent(cause));
  }

  async #answer({ id, origin }: Received<M>, frame: Message, kind: 'response' | 'failure', body: Body): Promise<void> {
    // The way back is as long as the way here, so the origin's TTL suffices.
    await this.#host.dm(origin, encodeEnvelope({ kind, request: id }, body), { ttl: frame.initialTtl });
  }

  /** A node that closes answers no more, and nobody needs to be told. */
  #unsent(cause: unknown): void {
    if (!(cause instanceof NodeError)) throw cause;
    if (cause.code !== 'closed') this.#host.failed(cause);
  }

  #read(body: Body, to: string): M {
    const content = decodeContent(body);
    const { decode } = this.#codec;
    if (decode === undefined) return content as M;
    try {
      return decode(content);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new NodeError('invalid-message', `the codec refuses the response of ${to}: ${why}`, {
        cause,
        definite: false,
        details: { to },
      });
    }
  }
}
