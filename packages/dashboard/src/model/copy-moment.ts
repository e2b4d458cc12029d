/** The moment of a peer's event about a copy. Where it stands on the hop clock follows from the whole message, later told too. */
import type { TraceEvent } from '@peerlab/trace';
import type { Message } from './message.ts';
import type { Moment } from './timeline.ts';

/** An event of a peer about one copy of a message. */
export type CopyEvent = Extract<TraceEvent, { event: 'sent' | 'received' | 'duplicate' | 'expired' | 'dropped' }>;

/** See the module's header. Keeps numbers only: a payload may be long, and there are many of these. */
export class CopyMoment implements Moment {
  readonly atMs: number;
  readonly #message: Message;
  readonly #kind: CopyEvent['event'];
  readonly #by: number;
  readonly #from: number;
  /** Hops of a reception; the TTL of another copy, 0 where the event names none. */
  readonly #count: number;

  /** @param by whose event it is, a place @param from whose copy it was; -1 for its own */
  constructor(message: Message, event: CopyEvent, by: number, from: number, atMs: number) {
    this.#message = message;
    this.#kind = event.event;
    this.#by = by;
    this.#from = from;
    this.#count = event.event === 'received' ? event.hops : 'ttl' in event ? event.ttl : 0;
    this.atMs = atMs;
  }

  get shownMs(): number {
    switch (this.#kind) {
      case 'received':
        return this.#message.usedShownMs(this.#by, this.#count);
      case 'duplicate':
        return this.#message.arrivedShownMs(this.#from, this.#by, this.#count);
      case 'sent':
        return this.#message.sentShownMs(this.#by, this.#count);
      default:
        return this.#message.usedShownMs(this.#by, this.#message.receptions.get(this.#by)?.hops ?? 0);
    }
  }
}
