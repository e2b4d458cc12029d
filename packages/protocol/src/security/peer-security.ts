/**
 * What a peer needs to prove who it is: its keys, and the primitives of its host. The protocol says what is signed and
 * checked (link-proofs.ts, message-signer.ts, message-verifier.ts); the host brings Ed25519 and SHA-256.
 */

/**
 * How much of the network is protected:
 * - `signed`: both ends of a link prove their keys, and every message is signed by its origin;
 * - `sealed`: as well, links are encrypted, the proofs are bound to their encryption, and direct messages are sealed to their
 *   recipients.
 */
export type SecurityMode = 'signed' | 'sealed';

/** Bytes of an Ed25519 public key. */
export const PUBLIC_KEY_BYTES = 32;
/** Bytes of an Ed25519 signature. */
export const SIGNATURE_BYTES = 64;
/** Bytes that a sealed message has beyond the message. */
export const SEAL_BYTES = 48;
/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;

/** See the module's header. The arrays that are handed in are valid during the call only. */
export interface PeerSecurity {
  readonly mode: SecurityMode;
  /** Ed25519, raw. The node id is derived from it: nodeIdOf in derived-id.ts. */
  readonly publicKey: Uint8Array;
  /** The Ed25519 signature (RFC 8032, pure) of these bytes by this peer's key. */
  sign(bytes: Uint8Array): Uint8Array;
  /** Whether a signature is that of these bytes by this key. A key that is none has no valid signature. */
  verify(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean;
  sha256(bytes: Uint8Array): Uint8Array;
  /**
   * Seals a message to the holder of a key, by HPKE (RFC 9180, base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305).
   * @param info binds it to its purpose
   * @param entropy 32 bytes for this message alone
   * @returns undefined when nothing can be sealed to that key
   */
  seal(publicKey: Uint8Array, message: Uint8Array, info: Uint8Array, entropy: Uint8Array): Uint8Array | undefined;
  /** Opens what was sealed to this peer. @returns undefined when it was not, or not with this info */
  unseal(sealed: Uint8Array, info: Uint8Array): Uint8Array | undefined;
  /** Milliseconds since 1970, by the machine's clock: stamps this peer's messages, and bounds those of others. */
  clockMs(): number;
}
