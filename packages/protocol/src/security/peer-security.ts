/**
 * What a peer needs to prove who it is: its keys, and the primitives of its host. The protocol says what is signed and
 * checked (link-proofs.ts, message-signer.ts, message-verifier.ts); the host brings Ed25519 and SHA-256.
 */

/**
 * How much of the network is protected:
 * - `signed`: both ends of a link prove their keys, and every message is signed by its origin;
 * - `sealed`: as well, links are encrypted, and the proofs are bound to their encryption.
 */
export type SecurityMode = 'signed' | 'sealed';

/** Bytes of an Ed25519 public key. */
export const PUBLIC_KEY_BYTES = 32;
/** Bytes of an Ed25519 signature. */
export const SIGNATURE_BYTES = 64;
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
  /** Milliseconds since 1970, by the machine's clock: stamps this peer's messages, and bounds those of others. */
  clockMs(): number;
}
