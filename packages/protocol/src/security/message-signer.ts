/**
 * Makes the frames of this peer's own messages: stamped, numbered, named by their content, and signed. Messages that are
 * sent close together can be signed at once: a signature costs as much as a hundred hashes.
 */
import { writeU16 } from '../bytes.ts';
import { MESSAGE_ID_AT } from '../frame.ts';
import type { Id } from '../id.ts';
import { idOfHash } from './derived-id.ts';
import type { MessageDigest } from './message-digest.ts';
import { HASH_BYTES, type PeerSecurity } from './peer-security.ts';
import {
  BATCH_INDEX_AT,
  encodeUnsigned,
  MAX_SIBLINGS,
  type SignedLayout,
  signedLayout,
  type UnsignedMessage,
} from './signed-frame.ts';

/** A message to be signed. */
export interface OwnMessage {
  readonly flags: number;
  /** 0..65535. */
  readonly ttl: number;
  readonly destination?: Id | undefined;
  readonly payload: Uint8Array;
}

/** Messages that are signed at once, at the most. */
export const MAX_BATCH_MESSAGES: number = 2 ** MAX_SIBLINGS;
/**
 * Payload bytes of a batch at the most: it is written twice, and waits while nothing tells the sender to slow down.
 * @default 64 KiB: a batch of small messages fits
 */
const MAX_BATCH_BYTES = 65_536;

interface Waiting {
  readonly message: UnsignedMessage;
  readonly leaf: Uint8Array;
}

/** In place of the leaves that a tree lacks: the hash of nothing that is known. */
const NO_LEAF = new Uint8Array(HASH_BYTES);

/** See the module's header. */
export class MessageSigner {
  readonly #security: PeerSecurity;
  readonly #digest: MessageDigest;
  readonly #origin: Id;
  readonly #startMs: number;
  #sequence = 0;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;

  constructor(security: PeerSecurity, digest: MessageDigest, origin: Id) {
    this.#security = security;
    this.#digest = digest;
    this.#origin = origin;
    this.#startMs = wholeMs(security);
  }

  /** Messages that wait for {@link sign}. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** No more should wait. */
  get isFull(): boolean {
    return this.#waiting.length >= MAX_BATCH_MESSAGES || this.#waitingBytes >= MAX_BATCH_BYTES;
  }

  /** The whole frame of a message, signed by itself. */
  frame(message: OwnMessage): Uint8Array {
    const { frame, layout, leaf } = this.#begin(this.#stamped(message));
    frame.set(this.#security.sign(this.#digest.signedBytes(leaf)), layout.signatureAt);
    return frame;
  }

  /** Takes a message that is signed with others, soon. @returns its id */
  add(message: OwnMessage): Id {
    const stamped = this.#stamped(message);
    const { frame, layout, leaf } = this.#begin(stamped);
    // The caller's array may change until it is signed; the copy in the frame does not.
    this.#waiting.push({ message: { ...stamped, payload: frame.subarray(layout.payloadAt) }, leaf });
    this.#waitingBytes += message.payload.length;
    return idOfHash(leaf);
  }

  /** Signs the messages that wait. @returns their frames, in the order in which they were added */
  sign(): Uint8Array[] {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (batch.length === 0) return [];
    const levels = this.#tree(batch.map(({ leaf }) => leaf));
    const root = levels.at(-1)?.[0] ?? NO_LEAF;
    const signature = this.#security.sign(this.#digest.signedBytes(root));
    const siblings = levels.length - 1;
    return batch.map(({ message, leaf }, index) => {
      const frame = encodeUnsigned(message, siblings);
      const layout = layoutOf(frame);
      frame.set(idOfHash(leaf), MESSAGE_ID_AT);
      writeU16(frame, BATCH_INDEX_AT, index);
      frame.set(signature, layout.signatureAt);
      for (let level = 0; level < siblings; level++) {
        const sibling = levels[level]?.[(index >>> level) ^ 1] ?? NO_LEAF;
        frame.set(sibling, layout.siblingsAt + level * HASH_BYTES);
      }
      return frame;
    });
  }

  #stamped(message: OwnMessage): UnsignedMessage {
    // A clock that is set back must not send a message before the peer's own start.
    const timeMs = Math.max(this.#startMs, wholeMs(this.#security));
    const stamp = { startMs: this.#startMs, timeMs, sequence: ++this.#sequence };
    return { ...message, origin: this.#origin, publicKey: this.#security.publicKey, stamp };
  }

  #begin(message: UnsignedMessage): { frame: Uint8Array; layout: SignedLayout; leaf: Uint8Array } {
    const frame = encodeUnsigned(message, 0);
    const layout = layoutOf(frame);
    const leaf = this.#digest.leaf(frame, 0, frame.length, layout);
    frame.set(idOfHash(leaf), MESSAGE_ID_AT);
    return { frame, layout, leaf };
  }

  /** The levels of the tree over these leaves, filled up to a power of two: `[0]` the leaves, the last one the root alone. */
  #tree(leaves: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
    const width = 2 ** Math.ceil(Math.log2(leaves.length));
    let level: readonly Uint8Array[] = Array.from({ length: width }, (_, i) => leaves[i] ?? NO_LEAF);
    const levels = [level];
    while (level.length > 1) {
      const below = level;
      const at = (i: number): Uint8Array => below[i] ?? NO_LEAF;
      level = Array.from({ length: below.length / 2 }, (_, i) => this.#digest.node(at(2 * i), at(2 * i + 1)));
      levels.push(level);
    }
    return levels;
  }
}

function layoutOf(frame: Uint8Array): SignedLayout {
  const layout = signedLayout(frame, 0, frame.length);
  if (layout === undefined) throw new Error('a frame of this peer is not well-formed');
  return layout;
}

function wholeMs(security: PeerSecurity): number {
  return Math.max(0, Math.floor(security.clockMs()));
}
