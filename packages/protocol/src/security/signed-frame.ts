/**
 * The data frames of wire version 2. The header of version 1 stays where it is, so that a relay finds TTL, id, origin and
 * destination at the same offsets; after it come the stamp, the origin's key, its signature, and the message's place in
 * the batch that was signed. docs/PROTOCOL.md has the layout in prose.
 */
import { readU16, readU32, readU48, writeU16, writeU32, writeU48 } from '../bytes.ts';
import {
  BROADCAST_HEADER_BYTES,
  DESTINATION_AT,
  DM_HEADER_BYTES,
  FRAME_TYPE,
  INITIAL_TTL_AT,
  isDmType,
  isSignedType,
  newFrame,
  ORIGIN_AT,
  TTL_AT,
  TYPE_AT,
} from '../frame.ts';
import type { Id } from '../id.ts';
import { HASH_BYTES, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './peer-security.ts';

/** Offset of a message's place in its batch: the field that version 1 reserves. */
export const BATCH_INDEX_AT = 10;
/** Bytes of a stamp: the origin's start (6), the time (6), the sequence number (4). */
export const STAMP_BYTES = 16;
/** The most siblings that a message carries: batches of up to 256 messages. */
export const MAX_SIBLINGS = 8;

// Offsets from the end of version 1's header.
const KEY_AFTER = STAMP_BYTES;
const SIGNATURE_AFTER = KEY_AFTER + PUBLIC_KEY_BYTES;
const SIBLINGS_COUNT_AFTER = SIGNATURE_AFTER + SIGNATURE_BYTES;
const SIBLINGS_AFTER = SIBLINGS_COUNT_AFTER + 1;

/** Bytes that a signed frame has beyond that of version 1, without siblings. */
export const SIGNED_EXTRA_BYTES: number = SIBLINGS_AFTER;

/** When, and as which of its messages, an origin sent one. */
export interface Stamp {
  /** When the origin started, in milliseconds since 1970: below 2^48. */
  readonly startMs: number;
  /** When it sent the message. */
  readonly timeMs: number;
  /** The number of the message since the origin's start: 1 is the first; below 2^32. */
  readonly sequence: number;
}

/** Where the parts of a signed frame stand, from the frame's first byte. */
export interface SignedLayout {
  readonly stampAt: number;
  readonly keyAt: number;
  readonly signatureAt: number;
  readonly siblingsAt: number;
  readonly siblings: number;
  readonly payloadAt: number;
}

/**
 * Finds the parts of a frame of a signed type.
 * @returns undefined when it is too short for them, or states more siblings than are allowed
 */
export function signedLayout(bytes: Uint8Array, offset: number, sizeBytes: number): SignedLayout | undefined {
  const stampAt = plainHeaderBytes(bytes[offset + TYPE_AT] ?? 0);
  const siblingsAt = stampAt + SIBLINGS_AFTER;
  if (sizeBytes < siblingsAt) return undefined;
  const siblings = bytes[offset + stampAt + SIBLINGS_COUNT_AFTER] ?? 0;
  const payloadAt = siblingsAt + siblings * HASH_BYTES;
  if (siblings > MAX_SIBLINGS || sizeBytes < payloadAt) return undefined;
  if (readU16(bytes, offset + BATCH_INDEX_AT) >= 2 ** siblings) return undefined;
  const keyAt = stampAt + KEY_AFTER;
  return { stampAt, keyAt, signatureAt: stampAt + SIGNATURE_AFTER, siblingsAt, siblings, payloadAt };
}

/** Offset of the payload in a well-formed data frame of any type. */
export function payloadAt(bytes: Uint8Array, offset: number): number {
  const type = bytes[offset + TYPE_AT] ?? 0;
  const header = plainHeaderBytes(type);
  if (!isSignedType(type)) return header;
  return header + SIBLINGS_AFTER + (bytes[offset + header + SIBLINGS_COUNT_AFTER] ?? 0) * HASH_BYTES;
}

/** Reads the stamp at `at`. */
export function readStamp(bytes: Uint8Array, at: number): Stamp {
  return { startMs: readU48(bytes, at), timeMs: readU48(bytes, at + 6), sequence: readU32(bytes, at + 12) };
}

/** What a signed message is made of. */
export interface UnsignedMessage {
  readonly flags: number;
  /** 0..65535. */
  readonly ttl: number;
  readonly origin: Id;
  readonly publicKey: Uint8Array;
  /** Present in a DM, absent in a broadcast. */
  readonly destination?: Id | undefined;
  readonly stamp: Stamp;
  readonly payload: Uint8Array;
}

/** A frame with everything in place but its id and the proof: room for so many siblings is left. */
export function encodeUnsigned(message: UnsignedMessage, siblings: number): Uint8Array {
  const { flags, ttl, origin, publicKey, destination, stamp, payload } = message;
  const type = destination === undefined ? FRAME_TYPE.signedBroadcast : FRAME_TYPE.signedDm;
  const stampAt = plainHeaderBytes(type);
  const at = stampAt + SIBLINGS_AFTER + siblings * HASH_BYTES;
  const frame = newFrame(type, flags, at + payload.length);
  writeU16(frame, TTL_AT, ttl);
  writeU16(frame, INITIAL_TTL_AT, ttl);
  frame.set(origin, ORIGIN_AT);
  if (destination !== undefined) frame.set(destination, DESTINATION_AT);
  writeU48(frame, stampAt, stamp.startMs);
  writeU48(frame, stampAt + 6, stamp.timeMs);
  writeU32(frame, stampAt + 12, stamp.sequence);
  frame.set(publicKey, stampAt + KEY_AFTER);
  frame[stampAt + SIBLINGS_COUNT_AFTER] = siblings;
  frame.set(payload, at);
  return frame;
}

function plainHeaderBytes(type: number): number {
  return isDmType(type) ? DM_HEADER_BYTES : BROADCAST_HEADER_BYTES;
}
