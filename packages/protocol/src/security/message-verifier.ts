/**
 * Checks the messages of others: that the id is that of the content, the origin that of the key, the signature the key's,
 * and that the message is not an old one. A relay checks every copy that it delivers or passes on, so what does not verify
 * gets no further than the first honest peer.
 */
import { MESSAGE_ID_AT, ORIGIN_AT } from '../frame.ts';
import { ID_BYTES, type Id, idAt } from '../id.ts';
import { bytesKey } from './bytes-key.ts';
import { idOfHash, nodeIdOf } from './derived-id.ts';
import type { MessageDigest } from './message-digest.ts';
import { type OriginWindow, OriginWindows, type OriginWindowsOptions } from './origin-windows.ts';
import { HASH_BYTES, type PeerSecurity, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './peer-security.ts';
import { readStamp, type SignedLayout } from './signed-frame.ts';

/**
 * - `valid`: it is its origin's, unchanged;
 * - `invalid`: it is not; the peer that passed it on has changed it, or has not checked it;
 * - `old`: it was taken before, or it is too old, or too far in the future, to know.
 */
export type Verdict = 'valid' | 'invalid' | 'old';

/** Roots whose signature was found valid, remembered so that a batch is verified once: those of the latest batches. */
const MAX_ROOTS = 1024;

/** See the module's header. */
export class MessageVerifier {
  readonly #security: PeerSecurity;
  readonly #digest: MessageDigest;
  readonly #windows: OriginWindows;
  /** By root: the key and the signature, side by side. */
  readonly #roots: Map<string, Uint8Array> = new Map();

  constructor(security: PeerSecurity, digest: MessageDigest, options?: OriginWindowsOptions) {
    this.#security = security;
    this.#digest = digest;
    this.#windows = new OriginWindows(() => security.clockMs(), options);
  }

  /** Origins that are remembered. */
  get origins(): number {
    return this.#windows.size;
  }

  /** The key of an origin that is remembered. */
  keyOf(origin: Id): Uint8Array | undefined {
    return this.#windows.get(bytesKey(origin, 0, ID_BYTES))?.publicKey;
  }

  /**
   * Checks one copy.
   * @param isNew no copy of it is remembered: then it must not be an old one, and counts as taken when it is valid
   */
  check(bytes: Uint8Array, offset: number, sizeBytes: number, layout: SignedLayout, isNew: boolean): Verdict {
    const origin = bytesKey(bytes, offset + ORIGIN_AT, ID_BYTES);
    const window = this.#windows.get(origin);
    const stamp = readStamp(bytes, offset + layout.stampAt);
    if (isNew && !this.#windows.admits(window, stamp)) return 'old';
    const keyAt = offset + layout.keyAt;
    const publicKey = bytes.subarray(keyAt, keyAt + PUBLIC_KEY_BYTES);
    if (!this.#isKeyOf(bytes, offset + ORIGIN_AT, publicKey, window)) return 'invalid';
    const leaf = this.#digest.leaf(bytes, offset, sizeBytes, layout);
    if (!idAt(bytes, offset + MESSAGE_ID_AT, idOfHash(leaf))) return 'invalid';
    const root = this.#digest.root(leaf, bytes, offset, layout);
    const proof = bytes.subarray(keyAt, keyAt + PUBLIC_KEY_BYTES + SIGNATURE_BYTES);
    if (!this.#isSigned(root, proof)) return 'invalid';
    if (isNew) this.#windows.take(origin, publicKey, stamp);
    return 'valid';
  }

  #isKeyOf(bytes: Uint8Array, originAt: number, publicKey: Uint8Array, window: OriginWindow | undefined): boolean {
    if (window !== undefined && startsWith(window.publicKey, publicKey)) return true;
    return idAt(bytes, originAt, nodeIdOf(publicKey, this.#security));
  }

  /** @param proof the key and the signature */
  #isSigned(root: Uint8Array, proof: Uint8Array): boolean {
    const key = bytesKey(root, 0, HASH_BYTES);
    const known = this.#roots.get(key);
    if (known !== undefined && startsWith(known, proof)) return true;
    const publicKey = proof.subarray(0, PUBLIC_KEY_BYTES);
    if (!this.#security.verify(publicKey, this.#digest.signedBytes(root), proof.subarray(PUBLIC_KEY_BYTES)))
      return false;
    this.#roots.set(key, proof.slice());
    if (this.#roots.size > MAX_ROOTS) {
      const oldest = this.#roots.keys().next();
      if (!oldest.done) this.#roots.delete(oldest.value);
    }
    return true;
  }
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  for (let i = 0; i < start.length; i++) if (bytes[i] !== start[i]) return false;
  return true;
}
