/** Signed messages as the flooder sees them: its own are made, others' are checked, and what failed is counted. */
import type { Id } from '../id.ts';
import type { Link } from '../link.ts';
import type { PeerIdentity } from '../peer-identity.ts';
import { MessageDigest } from './message-digest.ts';
import { MessageSigner, type OwnMessage } from './message-signer.ts';
import { MessageVerifier, type Verdict } from './message-verifier.ts';
import type { PeerSecurity } from './peer-security.ts';
import { type SignedLayout, signedLayout } from './signed-frame.ts';

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
  readonly #signer: MessageSigner;
  readonly #verifier: MessageVerifier;
  /** Invalid messages by the link that they came by. */
  readonly #invalid: WeakMap<Link, number> = new WeakMap();

  constructor(security: PeerSecurity, { nodeId, network }: Pick<PeerIdentity, 'nodeId' | 'network'>) {
    const digest = new MessageDigest(security, network);
    this.#signer = new MessageSigner(security, digest, nodeId);
    this.#verifier = new MessageVerifier(security, digest);
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
    const verdict = this.#verifier.check(bytes, offset, sizeBytes, layout, isNew);
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
