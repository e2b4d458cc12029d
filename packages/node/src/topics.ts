/** The subscriptions of a node, by topic. The network knows nothing of topics: every node gets every message, and looks here. */
import type { Message } from '@peerlab/protocol';
import type { ApplicationHost } from './application-host.ts';
import type { Codec } from './codec.ts';
import type { Body } from './content.ts';
import { MAX_TOPIC_BYTES } from './envelope.ts';
import { badOption } from './node-options.ts';
import { type Subscription, Topic } from './topic.ts';

/** See the module's header. */
export class Topics {
  readonly #host: ApplicationHost;
  readonly #byName: Map<string, Set<Subscription>> = new Map();

  constructor(host: ApplicationHost) {
    this.#host = host;
  }

  /** @throws NodeError `bad-option` for a name that does not fit */
  topic<M>(name: string, codec: Codec<M>): Topic<M> {
    const bytes = Buffer.from(typeof name === 'string' ? name : '', 'utf8');
    if (bytes.length === 0 || bytes.length > MAX_TOPIC_BYTES || bytes.toString('utf8') !== name) {
      throw badOption('topic', name, `a name of 1 to ${MAX_TOPIC_BYTES} bytes in UTF-8`);
    }
    return new Topic(name, (to, subscription) => this.#add(to, subscription), this.#host, codec);
  }

  /** A message has come. */
  take(frame: Message, name: string, body: Body): void {
    for (const subscription of [...(this.#byName.get(name) ?? [])]) subscription(frame, body);
  }

  #add(name: string, subscription: Subscription): () => void {
    const subscriptions = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, subscriptions.add(subscription));
    return () => {
      subscriptions.delete(subscription);
      if (subscriptions.size === 0 && this.#byName.get(name) === subscriptions) this.#byName.delete(name);
    };
  }
}
