/** Where messages go that arrive at a node: to the application as they are, or by their envelope to a topic, a request or the exchange. */
import { CONTENT, formatId, type Message, sameId } from '@peerlab/protocol';
import type { Codec } from './codec.ts';
import type { Body } from './content.ts';
import { decodeEnvelope } from './envelope.ts';
import { decodeNews, type News } from './exchange/news.ts';
import { NodeError } from './node-error.ts';
import { Received, type ReceivedParts } from './received.ts';
import type { Requests } from './requests.ts';
import type { Topics } from './topics.ts';

/** What an {@link Incoming} works with. */
export interface IncomingParts<M> {
  /** Of every message without an envelope. */
  readonly codec: Codec<M>;
  readonly topics: Topics;
  readonly requests: Requests<M>;
  /** News of a neighbour's links. @param from its node id */
  readonly news: (from: string, news: News) => void;
  /** A message without an envelope. */
  readonly plain: (kind: Message['kind'], received: Received<M>) => void;
  readonly failed: (error: NodeError) => void;
}

/** See the module's header. */
export class Incoming<M> {
  readonly #parts: IncomingParts<M>;
  readonly #plain: ReceivedParts<M>;
  #unreadable = 0;

  constructor(parts: IncomingParts<M>) {
    this.#parts = parts;
    this.#plain = { codec: parts.codec };
  }

  /** Messages that a codec refused, so far. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** A message has arrived. */
  take(frame: Message): void {
    if (frame.content === CONTENT.envelope) {
      this.#takeEnvelope(frame);
      return;
    }
    const { codec, plain } = this.#parts;
    const received = new Received<M>(frame, this.#plain);
    if (codec.decode !== undefined && !this.isReadable(received)) return;
    plain(frame.kind, received);
  }

  /** Whether its codec takes a message; where not, that is told and counted. */
  isReadable(received: Received<unknown>): boolean {
    try {
      received.read();
      return true;
    } catch (cause) {
      this.#unreadable++;
      const { origin, id } = received;
      const why = cause instanceof Error ? cause.message : String(cause);
      const message = `the codec refuses ${id} of ${origin}: ${why}`;
      this.#parts.failed(new NodeError('invalid-message', message, { cause, details: { origin, id } }));
      return false;
    }
  }

  /** A topic's messages are for everybody, requests and their answers for one. What is neither is ignored. */
  #takeEnvelope(frame: Message): void {
    const envelope = decodeEnvelope(frame.payload);
    if (envelope === undefined) return;
    const { topics, requests } = this.#parts;
    const { body } = envelope;
    if (frame.kind === 'broadcast') {
      if (envelope.kind === 'topic') topics.take(frame, envelope.topic, body);
      else if (envelope.kind === 'news') this.#takeNews(frame, body);
    } else if (envelope.kind === 'request') requests.take(frame, body);
    else if (envelope.kind === 'response') requests.responded(envelope.request, formatId(frame.origin), body);
    else if (envelope.kind === 'failure') requests.failed(envelope.request, formatId(frame.origin), body);
  }

  /** Only neighbours are believed, and only of themselves. */
  #takeNews({ origin, link, hops }: Message, body: Body): void {
    const news = hops === 1 && link.peer !== undefined && sameId(link.peer, origin) ? decodeNews(body) : undefined;
    if (news !== undefined) this.#parts.news(formatId(origin), news);
  }
}
