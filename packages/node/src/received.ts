/** A message as the application gets it. Its parts are taken out of the frame when they are asked for, not before. */
import { type InspectOptions, inspect } from 'node:util';
import { formatId, type Message } from '@peerlab/protocol';
import type { Codec } from './codec.ts';
import { type Body, type Content, decodeContent, type JsonValue } from './content.ts';

/** What else is known of a message, beside its frame. */
export interface ReceivedParts<M> {
  /** What was in its envelope. @default the frame's payload */
  readonly body?: Body;
  readonly topic?: string;
  readonly codec: Codec<M>;
}

/** See the module's header. It may be kept; while it is, so is the chunk that it came in (at most 64 KiB). */
export class Received<M = Content> {
  readonly #frame: Message;
  readonly #parts: ReceivedParts<M>;
  #read: { readonly message: M } | undefined;

  /** @internal */
  constructor(frame: Message, parts: ReceivedParts<M>) {
    this.#frame = frame;
    this.#parts = parts;
  }

  /** Whether it was flooded to everybody, or sent to this node alone. */
  get kind(): 'broadcast' | 'dm' {
    return this.#frame.kind;
  }

  /** The message's id, the same at every peer: a UUID. */
  get id(): string {
    return formatId(this.#frame.id);
  }

  /** The node id of who sent it. Proven by its signature, unless `security` is `open`: then a peer can claim any. */
  get origin(): string {
    return formatId(this.#frame.origin);
  }

  /** The node id of the neighbour that it came by. */
  get from(): string {
    return formatId(this.#frame.link.peer ?? this.#frame.origin);
  }

  /** Links that it crossed: 1 from a neighbour. */
  get hops(): number {
    return this.#frame.hops;
  }

  /** The topic that it was published to; undefined: none. */
  get topic(): string | undefined {
    return this.#parts.topic;
  }

  /** What was sent: bytes as a Uint8Array, text as a string, anything else as JSON gives it back; or what the codec made of it. */
  get message(): M {
    return this.#decoded().message;
  }

  /** As JSON shows it: its fields; bytes as `{ base64: … }`, as in the peer contract. */
  toJSON(): ReceivedFields {
    const { message } = this;
    const shown = message instanceof Uint8Array ? { base64: Buffer.from(message).toString('base64') } : message;
    return { ...this.#head(), message: shown as JsonValue };
  }

  /** @internal Has the codec read it now. @throws what the codec throws */
  read(): void {
    this.#decoded();
  }

  #decoded(): { readonly message: M } {
    if (this.#read === undefined) {
      const { body = this.#frame, codec } = this.#parts;
      const content = decodeContent(body);
      this.#read = { message: codec.decode === undefined ? (content as M) : codec.decode(content) };
    }
    return this.#read;
  }

  #head(): Omit<ReceivedFields, 'message'> {
    const { kind, id, origin, from, hops, topic } = this;
    return { kind, id, origin, from, hops, ...(topic === undefined ? {} : { topic }) };
  }
}

// As `console.log` shows it. Beside the class, because its name is computed, which isolated declarations do not take.
Object.defineProperty(Received.prototype, inspect.custom, {
  value: function show(this: Received<unknown>, _: number, options: InspectOptions): string {
    const { kind, id, origin, from, hops, topic, message } = this;
    const fields = { kind, id, origin, from, hops, ...(topic === undefined ? {} : { topic }), message };
    return `Received ${inspect(fields, options)}`;
  },
});

/** The fields of a message, as JSON has them. */
export interface ReceivedFields {
  readonly kind: 'broadcast' | 'dm';
  readonly id: string;
  readonly origin: string;
  readonly from: string;
  readonly hops: number;
  readonly topic?: string;
  readonly message: JsonValue;
}
