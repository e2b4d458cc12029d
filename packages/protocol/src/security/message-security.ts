/** Signed messages as the flooder sees them: its own are made, others' are checked, and what failed is counted. */
import { DM_FLAG, FLAGS_AT, isDmType, TYPE_AT } from '../frame.ts';
import type { Id } from '../id.ts';
import type { Link } from '../link.ts';
import type { PeerIdentity } from '../peer-identity.ts';
import { KeyBook } from './key-book.ts';
import { MessageDigest } from './message-digest.ts';
import { MessageSigner, type OwnMessage } from './message-signer.ts';
import { MessageVerifier, type Verdict } from './message-verifier.ts';
import { type PeerSecurity, PUBLIC_KEY_BYTES } from './peer-security.ts';
import { decodeBody, encodeBody, type SealedBody } from './sealed-body.ts';
import { type SignedLayout, signedLayout } from './signed-frame.ts';
import { taggedBytes } from './tagged-bytes.ts';

/** Copies that were dropped, by why: see Verdict. */
export interface Rejected {
  invalid: number;
  old: number;
}

/**
 * Invalid messages that a link may bring; the next one ends it.
 * @default 8: an honest neighbour checks what it passes on, so it brings none at all; a few leave room for a defect that is
 *   to be counted and reported rather than to split a network
 */
export const MAX_INVALID_MESSAGES = 8;

/** See the module's header. */
export class MessageSecurity {
  readonly rejected: Rejected = { invalid: 0, old: 0 };
  readonly #security: PeerSecurity;
  readonly #network: Uint8Array;
  readonly #entropy: () => Uint8Array;
  readonly #book: KeyBook;
  readonly #signer: MessageSigner;
  readonly #verifier: MessageVerifier;
  /** Invalid messages by the link that they came by. */
  readonly #invalid: WeakMap<Link, number> = new WeakMap();

  /** @param entropy 32 random bytes, others each time */
  constructor(
    security: PeerSecurity,
    { nodeId, network }: Pick<PeerIdentity, 'nodeId' | 'network'>,
    entropy: () => Uint8Array,
  ) {
    this.#security = security;
    this.#network = security.sha256(network);
    this.#entropy = entropy;
    this.#book = new KeyBook(security);
    this.#book.learn(security.publicKey);
    const digest = new MessageDigest(security, network);
    this.#signer = new MessageSigner(security, digest, nodeId);
    this.#verifier = new MessageVerifier(security, digest);
  }

  /** Keys that were learned beside those of origins. */
  get book(): KeyBook {
    return this.#book;
  }

  /** Direct messages are sealed. */
  get isSealing(): boolean {
    return this.#security.mode === 'sealed';
  }

  /** The key of a peer, where it is known. */
  keyOf(nodeId: Id): Uint8Array | undefined {
    return this.#verifier.keyOf(nodeId) ?? this.#book.get(nodeId);
  }

  /**
   * A message of this peer's own, as it travels.
   * @returns undefined when nothing can be sealed to its recipient, whose key is not known, or none
   */
  sealed(message: OwnMessage): OwnMessage | undefined {
    const { destination } = message;
    if (destination === undefined || !this.isSealing) return message;
    const to = this.keyOf(destination);
    if (to === undefined) return undefined;
    const info = this.#infoOf(this.#security.publicKey, to);
    const payload = this.#security.seal(to, encodeBody(message), info, this.#entropy());
    return payload && { ...message, flags: DM_FLAG.isSealed, payload };
  }

  /** What was sealed to this peer in a frame that was checked. @returns undefined when it cannot be opened */
  opened(bytes: Uint8Array, offset: number, sizeBytes: number): SealedBody | undefined {
    const layout = signedLayout(bytes, offset, sizeBytes);
    if (layout === undefined) return undefined;
    const origin = bytes.subarray(offset + layout.keyAt, offset + layout.keyAt + PUBLIC_KEY_BYTES);
    const sealed = bytes.subarray(offset + layout.payloadAt, offset + sizeBytes);
    const body = this.#security.unseal(sealed, this.#infoOf(origin, this.#security.publicKey));
    const decoded = body === undefined ? undefined : decodeBody(body);
    if (decoded === undefined) this.rejected.invalid++;
    return decoded;
  }

  /** A seal holds between these two in this network: nobody can send it on as his own. */
  #infoOf(origin: Uint8Array, recipient: Uint8Array): Uint8Array {
    return taggedBytes('peerlab dm', this.#network, origin, recipient);
  }

  /** The frame of a message of this peer's own. */
  frame(message: OwnMessage): Uint8Array {
    return this.#signer.frame(message);
  }

  /** Takes a message of this peer's own that is signed with others, soon. @returns its id */
  add(message: OwnMessage): Id {
    return this.#signer.add(message);
  }

  /** Messages that wait to be signed. */
  get waiting(): number {
    return this.#signer.waiting;
  }

  /** No more should wait. */
  get isFull(): boolean {
    return this.#signer.isFull;
  }

  /** Signs the messages that wait. @returns their frames, in order */
  sign(): Uint8Array[] {
    return this.#signer.sign();
  }

  /** Where the parts of a frame stand; undefined when it is malformed. */
  layout(bytes: Uint8Array, offset: number, sizeBytes: number): SignedLayout | undefined {
    return signedLayout(bytes, offset, sizeBytes);
  }

  /** Checks a copy that is about to be delivered or passed on, and counts it when it is neither. */
  check(
    from: Link,
    bytes: Uint8Array,
    offset: number,
    sizeBytes: number,
    layout: SignedLayout,
    isNew: boolean,
  ): Verdict {
    const isRight = isSealedDm(bytes, offset) === (this.isSealing && isDmType(bytes[offset + TYPE_AT] ?? 0));
    const verdict = isRight ? this.#verifier.check(bytes, offset, sizeBytes, layout, isNew) : 'invalid';
    if (verdict === 'valid') return verdict;
    this.rejected[verdict]++;
    if (verdict === 'invalid') this.#invalid.set(from, (this.#invalid.get(from) ?? 0) + 1);
    return verdict;
  }

  /** A link has brought more invalid messages than any honest neighbour does. */
  isDistrusted(link: Link): boolean {
    return (this.#invalid.get(link) ?? 0) > MAX_INVALID_MESSAGES;
  }
}

/** Whether a direct message says that it is sealed. */
export function isSealedDm(bytes: Uint8Array, offset: number): boolean {
  return isDmType(bytes[offset + TYPE_AT] ?? 0) && ((bytes[offset + FLAGS_AT] ?? 0) & DM_FLAG.isSealed) !== 0;
}
