/** Who received what: every `received` event of a lab, by message. */
import type { MessageKind, PeerEvent } from '@peerlab/contract';
import type { PeerClient } from '@peerlab/driver';

/** One delivery to a peer's application. */
export interface Reception {
  /** The receiver's place in the topology. */
  readonly peer: number;
  readonly kind: MessageKind;
  /** Node ids. */
  readonly origin: string;
  readonly from: string;
  readonly hops: number;
  /** When the lab learnt of it, in milliseconds on the lab's clock. */
  readonly atMs: number;
}

/** Messages that are remembered. @default 50000: more than a whole default check sends */
const MAX_MESSAGES = 50_000;

/** Listens to peers; the oldest messages are forgotten. */
export class Receptions {
  readonly #byMessage: Map<string, Reception[]> = new Map();

  /** Listens to a peer from now on. @returns a function that stops it */
  listenTo(client: PeerClient): () => void {
    return client.onEvent((event, atMs = performance.now()) => this.#take(client.index, event, atMs));
  }

  /** The deliveries of a message so far, in the order in which the lab learnt of them. */
  of(messageId: string): readonly Reception[] {
    return this.#byMessage.get(messageId) ?? [];
  }

  /** Forgets messages that nobody will ask for again. */
  forget(messageIds: Iterable<string>): void {
    for (const id of messageIds) this.#byMessage.delete(id);
  }

  #take(peer: number, event: PeerEvent, atMs: number): void {
    if (event.event !== 'received') return;
    const { id, kind, origin, from, hops } = event;
    const reception = { peer, kind, origin, from, hops, atMs };
    const known = this.#byMessage.get(id);
    if (known !== undefined) {
      known.push(reception);
      return;
    }
    this.#byMessage.set(id, [reception]);
    if (this.#byMessage.size <= MAX_MESSAGES) return;
    const oldest = this.#byMessage.keys().next();
    if (!oldest.done) this.#byMessage.delete(oldest.value);
  }
}
