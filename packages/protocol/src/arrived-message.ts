/** A message on its way to the application: its parts are taken out of the frame when they are asked for, not before. */
import { readU16 } from './bytes.ts';
import { hopsOf } from './flood.ts';
import { CONTENT_MASK, FLAGS_AT, INITIAL_TTL_AT, isDmType, MESSAGE_ID_AT, ORIGIN_AT, TYPE_AT } from './frame.ts';
import type { Message } from './host.ts';
import { ID_BYTES, type Id } from './id.ts';
import type { Link } from './link.ts';
import { payloadAt } from './security/signed-frame.ts';

/** See the module's header. Of the frame only the TTL changes on its way on, so the parts may be asked for later, too. */
export class ArrivedMessage implements Message {
  readonly link: Link;
  readonly ttl: number;
  readonly #frame: Uint8Array;
  readonly #offset: number;
  readonly #sizeBytes: number;

  /** @param ttl the frame's remaining TTL as it came */
  constructor(frame: Uint8Array, offset: number, sizeBytes: number, link: Link, ttl: number) {
    this.#frame = frame;
    this.#offset = offset;
    this.#sizeBytes = sizeBytes;
    this.link = link;
    this.ttl = ttl;
  }

  get kind(): 'broadcast' | 'dm' {
    return isDmType(this.#frame[this.#offset + TYPE_AT] ?? 0) ? 'dm' : 'broadcast';
  }

  get id(): Id {
    return this.#idAt(MESSAGE_ID_AT);
  }

  get origin(): Id {
    return this.#idAt(ORIGIN_AT);
  }

  get hops(): number {
    return hopsOf(this.ttl, this.initialTtl);
  }

  get initialTtl(): number {
    return readU16(this.#frame, this.#offset + INITIAL_TTL_AT);
  }

  get content(): number {
    return (this.#frame[this.#offset + FLAGS_AT] ?? 0) & CONTENT_MASK;
  }

  get payload(): Uint8Array {
    const start = this.#offset + payloadAt(this.#frame, this.#offset);
    return this.#frame.subarray(start, this.#offset + this.#sizeBytes);
  }

  #idAt(at: number): Id {
    return this.#frame.slice(this.#offset + at, this.#offset + at + ID_BYTES);
  }
}
