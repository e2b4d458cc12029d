/**
 * How both ends of a new link prove their keys, before the handshake goes on as in version 1:
 *
 *     dialler   HELLO, with its key and a nonce
 *     acceptor  CHALLENGE: its key, a nonce, and its signature
 *     dialler   PROOF: its signature
 *
 * Both sign the same transcript: the dialler's HELLO, the acceptor's key and nonce, and what is unique about the
 * connection's encryption. So a proof is of no use on another connection, later, or to somebody in between.
 */
import { FRAME_TYPE, MIN_FRAME_BYTES, newFrame } from '../frame.ts';
import { HASH_BYTES, type PeerSecurity, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './peer-security.ts';
import { taggedBytes } from './tagged-bytes.ts';

/** Bytes of a nonce. */
export const NONCE_BYTES = 32;

const KEY_AT = MIN_FRAME_BYTES;
const NONCE_AT = KEY_AT + PUBLIC_KEY_BYTES;
const SIGNATURE_AT = NONCE_AT + NONCE_BYTES;
/** Size of CHALLENGE. */
export const CHALLENGE_BYTES: number = SIGNATURE_AT + SIGNATURE_BYTES;
/** Size of PROOF. */
export const PROOF_BYTES: number = MIN_FRAME_BYTES + SIGNATURE_BYTES;

/** Which end signs. */
export type LinkEndRole = 'dialler' | 'acceptor';

const TAG: Readonly<Record<LinkEndRole, string>> = { dialler: 'peerlab dialler', acceptor: 'peerlab acceptor' };

/** What both ends sign. */
export interface LinkTranscript {
  /** The dialler's HELLO, the whole frame. */
  readonly hello: Uint8Array;
  /** The acceptor's. */
  readonly publicKey: Uint8Array;
  /** The acceptor's. */
  readonly nonce: Uint8Array;
  /** Of the connection's encryption, see LinkTransport; empty where there is none. */
  readonly binding: Uint8Array;
}

/** The fields of CHALLENGE. */
export interface Challenge {
  readonly publicKey: Uint8Array;
  readonly nonce: Uint8Array;
  readonly signature: Uint8Array;
}

/** What an end signs: its role's tag and the SHA-256 of the transcript. */
export function transcriptBytes(
  role: LinkEndRole,
  { hello, publicKey, nonce, binding }: LinkTranscript,
  { sha256 }: Pick<PeerSecurity, 'sha256'>,
): Uint8Array {
  return taggedBytes(TAG[role], sha256(taggedBytes('peerlab link', publicKey, nonce, sha256(hello), sha256(binding))));
}

/** Encodes CHALLENGE. */
export function encodeChallenge({ publicKey, nonce, signature }: Challenge): Uint8Array {
  const frame = newFrame(FRAME_TYPE.challenge, 0, CHALLENGE_BYTES);
  frame.set(publicKey, KEY_AT);
  frame.set(nonce, NONCE_AT);
  frame.set(signature, SIGNATURE_AT);
  return frame;
}

/** Reads CHALLENGE. @returns undefined when its size is wrong */
export function decodeChallenge(bytes: Uint8Array, offset: number, sizeBytes: number): Challenge | undefined {
  if (sizeBytes !== CHALLENGE_BYTES) return undefined;
  const part = (from: number, to: number): Uint8Array => bytes.slice(offset + from, offset + to);
  return {
    publicKey: part(KEY_AT, NONCE_AT),
    nonce: part(NONCE_AT, SIGNATURE_AT),
    signature: part(SIGNATURE_AT, CHALLENGE_BYTES),
  };
}

/** Encodes PROOF. */
export function encodeProof(signature: Uint8Array): Uint8Array {
  const frame = newFrame(FRAME_TYPE.proof, 0, PROOF_BYTES);
  frame.set(signature, MIN_FRAME_BYTES);
  return frame;
}

/** Reads PROOF. @returns the signature; undefined when its size is wrong */
export function decodeProof(bytes: Uint8Array, offset: number, sizeBytes: number): Uint8Array | undefined {
  if (sizeBytes !== PROOF_BYTES) return undefined;
  return bytes.slice(offset + MIN_FRAME_BYTES, offset + PROOF_BYTES);
}

/** Bytes of the binding that an encrypted connection gives. */
export const BINDING_BYTES: number = HASH_BYTES;
