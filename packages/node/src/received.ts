/** A message as the application gets it. Its parts are taken out of the frame when they are asked for, not before. */
import { type InspectOptions, inspect } from 'node:util';
import { formatId, type Message } from '@peerlab/protocol';
import { type Content, decodeContent, type JsonValue } from './content.ts';

/** See the module's header. It may be kept; while it is, so is the chunk that it came in (at most 64 KiB). */
export class Received {
  readonly #message: Message;
  /** `undefined`: not decoded yet; JSON has no such value. */
  #content: Content | undefined;

  /** @internal */
  constructor(message: Message) {
    this.#message = message;
  }

  /** Whether it was flooded to everybody, or sent to this node alone. */
  get kind(): 'broadcast' | 'dm' {
    return this.#message.kind;
  }

  /** The message's id, the same at every peer: a UUID. */
  get id(): string {
    return formatId(this.#message.id);
  }

  /** The node id of who sent it. Proven by its signature, unless `security` is `open`: then a peer can claim any. */
  get origin(): string {
    return formatId(this.#message.origin);
  }

  /** The node id of the neighbour that it came by. */
  get from(): string {
    return formatId(this.#message.link.peer ?? this.#message.origin);
  }

  /** Links that it crossed: 1 from a neighbour. */
  get hops(): number {
    return this.#message.hops;
  }

  /** What was sent: bytes as a Uint8Array, text as a string, anything else as JSON gives it back. */
  get message(): Content {
    this.#content ??= decodeContent(this.#message.payload, this.#message.content);
    return this.#content;
  }

  /** As JSON shows it: its fields; bytes as `{ base64: … }`, as in the peer contract. */
  toJSON(): ReceivedFields {
    const { message } = this;
    const shown = message instanceof Uint8Array ? { base64: Buffer.from(message).toString('base64') } : message;
    return { ...this.#head(), message: shown };
  }

  #head(): Omit<ReceivedFields, 'message'> {
    const { kind, id, origin, from, hops } = this;
    return { kind, id, origin, from, hops };
  }
}

// As `console.log` shows it. Beside the class, because its name is computed, which isolated declarations do not take.
Object.defineProperty(Received.prototype, inspect.custom, {
  value: function show(this: Received, _: number, options: InspectOptions): string {
    const { kind, id, origin, from, hops, message } = this;
    return `Received ${inspect({ kind, id, origin, from, hops, message }, options)}`;
  },
});

/** The fields of a message, as JSON has them. */
export interface ReceivedFields {
  readonly kind: 'broadcast' | 'dm';
  readonly id: string;
  readonly origin: string;
  readonly from: string;
  readonly hops: number;
  readonly message: JsonValue;
}
