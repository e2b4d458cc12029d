/** A topic: a flood that only its subscribers' applications see. Made by `node.topic` (topics.ts). */

import type { Message } from '@peerlab/protocol';
import type { ApplicationHost } from './application-host.ts';
import { type Codec, encodeWith, type Sendable } from './codec.ts';
import type { Body, Content } from './content.ts';
import { encodeEnvelope } from './envelope.ts';
import type { MessageStream } from './message-stream.ts';
import { checkOptions } from './node-options.ts';
import { Received } from './received.ts';
import type { SendOptions } from './send-options.ts';

/** Takes a message of a topic: its frame, and what was in its envelope. */
export type Subscription = (frame: Message, body: Body) => void;

/** See the module's header. */
export class Topic<M = Content> {
  readonly name: string;
  readonly #add: (name: string, subscription: Subscription) => () => void;
  readonly #host: ApplicationHost;
  readonly #codec: Codec<M>;

  /** @internal @param add adds a subscription, and returns what takes it away */
  constructor(
    name: string,
    add: (name: string, subscription: Subscription) => () => void,
    host: ApplicationHost,
    codec: Codec<M>,
  ) {
    this.name = name;
    this.#add = add;
    this.#host = host;
    this.#codec = codec;
  }

  /**
   * Sends to every subscriber within reach, whether this node is one or not. It does not get its own messages.
   * @returns the message's id, once it was handed to the links
   * @throws NodeError as `PeerNode.broadcast`
   */
  async publish(message: Sendable<M>, options: SendOptions = {}): Promise<string> {
    const body = encodeWith(this.#codec, message);
    return await this.#host.broadcast(encodeEnvelope({ kind: 'topic', topic: this.name }, body), options);
  }

  /** Calls back with every message from now on. @returns ends it */
  subscribe(listener: (message: Received<M>) => void): () => void {
    const { name } = this;
    const codec = this.#codec;
    const subscription: Subscription = (frame, body) => {
      const received = new Received<M>(frame, { body, topic: name, codec });
      if (codec.decode === undefined || this.#host.isReadable(received)) this.#host.call(() => listener(received));
    };
    return this.#add(name, subscription);
  }

  /** Messages as they come, from now on, until the node is closed or the loop is left, as `PeerNode.messages`. */
  messages(options: { readonly signal?: AbortSignal } = {}): MessageStream<M> {
    checkOptions('messages', options, { signal: true });
    let unsubscribe = (): void => undefined;
    const stream = this.#host.streams.open<M>(options.signal, () => unsubscribe());
    if (!stream.isEnded) unsubscribe = this.subscribe(message => stream.push(message));
    return stream;
  }

  [Symbol.asyncIterator](): MessageStream<M> {
    return this.messages();
  }
}
