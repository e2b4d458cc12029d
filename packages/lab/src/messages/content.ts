/**
 * What a message says of itself: its kind, its origin, its payload. Every delivery is remembered with it, so it is a number,
 * the same for the same content however JSON writes it; of the first different ones it is also known what they are.
 */
import { createHash } from 'node:crypto';
import type { MessageKind, Payload } from '@peerlab/contract';

/** A content, told apart from every other by its mark. */
export interface Content {
  /** The first 48 bits of a digest. */
  readonly mark: number;
  /** For explanations; undefined past {@link MAX_KNOWN} different contents. */
  readonly facts?: ContentFacts | undefined;
}

/** What can be said of a content. */
export interface ContentFacts {
  readonly kind: MessageKind;
  /** The node id of the origin. */
  readonly origin: string;
  readonly sizeBytes: number;
  /** A digest of the payload. */
  readonly payload: string;
}

/** Different contents that can be explained. @default 4096: one load sends a few; some 1 MB */
const MAX_KNOWN = 4096;

/** The bytes of a digest that a double holds exactly. */
const MARK_BYTES = 6;

/** See the module's header. */
export class Contents {
  readonly #known: Map<number, ContentFacts> = new Map();
  /** Of a load the same payload comes many times in a row. */
  #last: { readonly payload: string; readonly digest: Buffer; readonly sizeBytes: number } | undefined;

  /** The content of a message that was sent or delivered. */
  of(kind: MessageKind, origin: string, payload: Payload): Content {
    const { digest, sizeBytes } = this.#digestOf(payload);
    const mark = createHash('sha256').update(`${kind} ${origin} `).update(digest).digest().readUIntBE(0, MARK_BYTES);
    if (!this.#known.has(mark) && this.#known.size < MAX_KNOWN) {
      this.#known.set(mark, { kind, origin, sizeBytes, payload: digest.toString('base64') });
    }
    return this.marked(mark);
  }

  /** The content with a mark. */
  marked(mark: number): Content {
    return { mark, facts: this.#known.get(mark) };
  }

  #digestOf(payload: Payload): { readonly digest: Buffer; readonly sizeBytes: number } {
    if (typeof payload === 'string' && this.#last?.payload === payload) return this.#last;
    const bytes = typeof payload === 'string' ? Buffer.from(payload, 'utf8') : Buffer.from(payload.base64, 'base64');
    const found = { digest: createHash('sha256').update(bytes).digest(), sizeBytes: bytes.length };
    if (typeof payload === 'string') this.#last = { payload, ...found };
    return found;
  }
}
