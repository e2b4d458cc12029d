/** A direct message that was sealed to this peer, as the application gets it. */
import { CONTENT_MASK } from '../frame.ts';
import type { Message } from '../host.ts';
import type { Id } from '../id.ts';
import type { Link } from '../link.ts';
import type { SealedBody } from './sealed-body.ts';

/** See the module's header. */
export class OpenedMessage implements Message {
  readonly #sealed: Message;
  readonly #body: SealedBody;

  /** @param sealed the message as it came */
  constructor(sealed: Message, body: SealedBody) {
    this.#sealed = sealed;
    this.#body = body;
  }

  get kind(): 'broadcast' | 'dm' {
    return this.#sealed.kind;
  }

  get id(): Id {
    return this.#sealed.id;
  }

  get origin(): Id {
    return this.#sealed.origin;
  }

  get link(): Link {
    return this.#sealed.link;
  }

  get hops(): number {
    return this.#sealed.hops;
  }

  get ttl(): number {
    return this.#sealed.ttl;
  }

  get initialTtl(): number {
    return this.#sealed.initialTtl;
  }

  get content(): number {
    return this.#body.flags & CONTENT_MASK;
  }

  get payload(): Uint8Array {
    return this.#body.payload;
  }
}
