/**
 * What an origin signs. Each message has a leaf, a hash over everything of it that may not change; leaves of messages that
 * are sent together are joined to a tree, and its root is signed once. A message alone is its own root.
 */
import { readU16 } from '../bytes.ts';
import { DESTINATION_AT, FLAGS_AT, INITIAL_TTL_AT, isDmType, TYPE_AT } from '../frame.ts';
import { ID_BYTES } from '../id.ts';
import { HASH_BYTES, type PeerSecurity, PUBLIC_KEY_BYTES } from './peer-security.ts';
import { BATCH_INDEX_AT, type SignedLayout, STAMP_BYTES } from './signed-frame.ts';
import { TAG_BYTES, taggedBytes } from './tagged-bytes.ts';

/** Before the fields: the kind of the hash, and the network. */
const CONTEXT_BYTES = 1 + HASH_BYTES;
/** Of type, flags, initial TTL, destination, stamp and key, at the most. */
const MAX_FIELDS_BYTES = 4 + ID_BYTES + STAMP_BYTES + PUBLIC_KEY_BYTES;
/** Payloads up to this are hashed in an array that is used again. */
const SCRATCH_PAYLOAD_BYTES = 16_384;
const LEAF = 0;
const NODE = 1;

/** See the module's header. */
export class MessageDigest {
  readonly #sha256: PeerSecurity['sha256'];
  readonly #context: Uint8Array;
  readonly #scratch: Uint8Array = new Uint8Array(CONTEXT_BYTES + MAX_FIELDS_BYTES + SCRATCH_PAYLOAD_BYTES);
  readonly #pair: Uint8Array = new Uint8Array(1 + 2 * HASH_BYTES);
  readonly #signed: Uint8Array = taggedBytes('peerlab messages', new Uint8Array(HASH_BYTES));

  /** @param network of the peer: a message of one network is none in another */
  constructor({ sha256 }: Pick<PeerSecurity, 'sha256'>, network: Uint8Array) {
    this.#sha256 = sha256;
    this.#context = sha256(taggedBytes('peerlab network', network));
    this.#scratch[0] = LEAF;
    this.#scratch.set(this.#context, 1);
    this.#pair[0] = NODE;
  }

  /**
   * The leaf of a message: SHA-256 over 0, the network's hash, type, flags, initial TTL, destination (of a DM), stamp, key
   * and payload.
   */
  leaf(bytes: Uint8Array, offset: number, sizeBytes: number, layout: SignedLayout): Uint8Array {
    const payloadBytes = sizeBytes - layout.payloadAt;
    const scratch = payloadBytes <= SCRATCH_PAYLOAD_BYTES ? this.#scratch : this.#largeScratch(payloadBytes);
    const type = bytes[offset + TYPE_AT] ?? 0;
    let at = CONTEXT_BYTES;
    scratch[at++] = type;
    scratch[at++] = bytes[offset + FLAGS_AT] ?? 0;
    scratch[at++] = bytes[offset + INITIAL_TTL_AT] ?? 0;
    scratch[at++] = bytes[offset + INITIAL_TTL_AT + 1] ?? 0;
    const { stampAt } = layout;
    const from = isDmType(type) ? DESTINATION_AT : stampAt;
    // Destination, stamp and key stand side by side.
    const fields = bytes.subarray(offset + from, offset + layout.signatureAt);
    scratch.set(fields, at);
    at += fields.length;
    scratch.set(bytes.subarray(offset + layout.payloadAt, offset + sizeBytes), at);
    return this.#sha256(scratch.subarray(0, at + payloadBytes));
  }

  /** The root of the tree in which a leaf stands as the frame says: SHA-256 over 1, the left and the right node. */
  root(leaf: Uint8Array, bytes: Uint8Array, offset: number, layout: SignedLayout): Uint8Array {
    let node = leaf;
    const index = readU16(bytes, offset + BATCH_INDEX_AT);
    for (let level = 0; level < layout.siblings; level++) {
      const at = offset + layout.siblingsAt + level * HASH_BYTES;
      const sibling = bytes.subarray(at, at + HASH_BYTES);
      node = (index >>> level) % 2 === 0 ? this.node(node, sibling) : this.node(sibling, node);
    }
    return node;
  }

  /** A node of the tree. */
  node(left: Uint8Array, right: Uint8Array): Uint8Array {
    this.#pair.set(left, 1);
    this.#pair.set(right, 1 + HASH_BYTES);
    return this.#sha256(this.#pair);
  }

  /** What is signed of a root. Valid until the next call. */
  signedBytes(root: Uint8Array): Uint8Array {
    this.#signed.set(root, TAG_BYTES);
    return this.#signed;
  }

  #largeScratch(payloadBytes: number): Uint8Array {
    const scratch = new Uint8Array(CONTEXT_BYTES + MAX_FIELDS_BYTES + payloadBytes);
    scratch[0] = LEAF;
    scratch.set(this.#context, 1);
    return scratch;
  }
}
