/** BYE: the last frame that a peer sends on a link, and why. After it the sender only reads, until the other's BYE or end. */
import { readU16, writeU16 } from './bytes.ts';
import { FRAME_TYPE, MIN_FRAME_BYTES, newFrame } from './frame.ts';
import { ID_BYTES, type Id } from './id.ts';

/** Reasons as they stand on the wire. A number that a peer does not know reads as `unknown`. */
export const BYE_CODE = {
  /** The peer stops. */
  leaving: 1,
  /** The link was hung up by its user. */
  hangup: 2,
  'wrong-version': 3,
  'wrong-network': 4,
  /** The connection reached the peer that made it. */
  'own-id': 5,
  /** Another live peer has this node id. */
  'id-in-use': 6,
  /** Both dialled each other; the other link stays. */
  twin: 7,
  'too-many-links': 8,
  'too-many-handshakes': 9,
  'too-many-attempts': 10,
  'handshake-timeout': 11,
  /** A frame came before HELLO. */
  'hello-expected': 12,
  'frame-too-large': 13,
  malformed: 14,
  /** Nothing came for too long. */
  'not-alive': 15,
  /** The other end reads too slowly. */
  'slow-reader': 16,
  /** A fault keeps these two apart (link-faults.ts). */
  blocked: 17,
  /** A frame was begun and not ended for too long. */
  'frame-too-slow': 18,
  /** The other end has not proven that it holds the key of its node id. */
  'not-proven': 19,
  /** The other end protects more, or less, than this one. */
  'wrong-security': 20,
  /** Messages came that are not their origins'. */
  'invalid-messages': 21,
  /** Links held more memory than they may together, and this one the most. */
  'over-share': 22,
  /** Links from this address misbehaved too often; it may try again in a minute. */
  banned: 23,
} as const;

/** Why a link was closed with a BYE. */
export type ByeReason = keyof typeof BYE_CODE;

const NAMES: ReadonlyMap<number, ByeReason> = new Map(
  Object.entries(BYE_CODE).map(([name, code]) => [code, name as ByeReason]),
);

const NODE_ID_AT = MIN_FRAME_BYTES + 2;
/** Size of BYE. */
export const BYE_BYTES: number = NODE_ID_AT + ID_BYTES;

/** Encodes BYE. It carries its sender's id, so that a refused dialler learns which peer it reached. */
export function encodeBye(reason: ByeReason, nodeId: Id): Uint8Array {
  const frame = newFrame(FRAME_TYPE.bye, 0, BYE_BYTES);
  writeU16(frame, MIN_FRAME_BYTES, BYE_CODE[reason]);
  frame.set(nodeId, NODE_ID_AT);
  return frame;
}

/** What a BYE frame of `sizeBytes` at `offset` says. */
export function decodeBye(
  bytes: Uint8Array,
  offset: number,
  sizeBytes: number,
): { reason: ByeReason | 'unknown'; nodeId: Id | undefined } {
  if (sizeBytes < BYE_BYTES) return { reason: 'unknown', nodeId: undefined };
  return {
    reason: NAMES.get(readU16(bytes, offset + MIN_FRAME_BYTES)) ?? 'unknown',
    nodeId: bytes.slice(offset + NODE_ID_AT, offset + BYE_BYTES),
  };
}
