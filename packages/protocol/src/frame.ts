/**
 * The frames on a link: types, offsets and encoders. docs/PROTOCOL.md gives the same layout in prose, with test
 * vectors. Every frame starts with its length and its type; a data frame's header has fixed offsets, so that a relay
 * reads it in place and passes the same bytes on.
 */
import { readU16, readU32, writeU16, writeU32 } from './bytes.ts';
import { ID_BYTES, type Id } from './id.ts';

/** The version of the wire protocol, carried in HELLO: that of peers without security. */
export const PROTOCOL_VERSION = 1;
/** The version of peers that prove who they are (security/peer-security.ts). */
export const SECURED_PROTOCOL_VERSION = 2;

/** Frame types. A type from 0x80 up is optional: who does not know it skips it. Any other unknown type ends the link. */
export const FRAME_TYPE = {
  hello: 0x01,
  bye: 0x02,
  ping: 0x03,
  pong: 0x04,
  challenge: 0x05,
  proof: 0x06,
  broadcast: 0x10,
  dm: 0x11,
  signedBroadcast: 0x12,
  signedDm: 0x13,
  keyWanted: 0x80,
  key: 0x81,
} as const;

/** Whether a data frame is for one recipient. */
export function isDmType(type: number): boolean {
  return (type & 1) === 1;
}

/** Whether a data frame is signed by its origin: it is then of version 2. */
export function isSignedType(type: number): boolean {
  return type >= FRAME_TYPE.signedBroadcast;
}

/** Whether a frame carries a message. */
export function isDataType(type: number): boolean {
  return type >= FRAME_TYPE.broadcast && type <= FRAME_TYPE.signedDm;
}

/** The lowest optional frame type. */
export const OPTIONAL_FRAME_TYPES_FROM = 0x80;

/** Bytes of the length field, which counts what comes after it. */
export const LENGTH_BYTES = 4;
/** Offset of the type. */
export const TYPE_AT = 4;
/** Offset of the flags. */
export const FLAGS_AT = 5;
/** Offset of the remaining TTL: the links that this copy may cross, the one that it is on included. */
export const TTL_AT = 6;
/** Offset of the TTL that the origin chose; never changed on the way. */
export const INITIAL_TTL_AT = 8;
/** Offset of the message id. */
export const MESSAGE_ID_AT = 12;
/** Offset of the origin's node id. */
export const ORIGIN_AT = 28;
/** Offset of the recipient's node id in a DM. */
export const DESTINATION_AT = 44;
/** Offset of a broadcast's payload: its header's size. */
export const BROADCAST_HEADER_BYTES = 44;
/** Offset of a direct message's payload: its header's size. */
export const DM_HEADER_BYTES = 60;
/** The smallest frame: a length, a type and flags. */
export const MIN_FRAME_BYTES = 6;
/** Size of PING and PONG, which carry eight opaque bytes. */
export const PING_BYTES = 14;

/** The largest TTL, and the default: a flood without limit. */
export const MAX_TTL = 65535;

/** Flags of a DM, in the low half of the byte. */
export const DM_FLAG = {
  /** The recipient is asked to answer with an acknowledgement. */
  ackWanted: 0x01,
  /** This is an acknowledgement: its payload is the id of the message that arrived. */
  isAck: 0x02,
  /** Version 2: the payload is sealed to the recipient (security/sealed-body.ts), other flags are within. */
  isSealed: 0x04,
} as const;

/** What a payload is, in the high half of the flags; opaque to the protocol. An envelope says itself what is in it. */
export const CONTENT = { bytes: 0x00, text: 0x10, json: 0x20, envelope: 0x30 } as const;
/** The bits of {@link CONTENT} in the flags. */
export const CONTENT_MASK = 0xf0;

/** A data frame's fields, for encoding. */
export interface DataFrame {
  /** 0..255: {@link DM_FLAG} and {@link CONTENT}. */
  readonly flags: number;
  /** 1..65535. */
  readonly ttl: number;
  readonly initialTtl: number;
  readonly id: Id;
  readonly origin: Id;
  /** Present in a DM, absent in a broadcast. */
  readonly destination?: Id | undefined;
  readonly payload: Uint8Array;
}

/** The whole frame size of a data frame with a payload of so many bytes. */
export function dataFrameBytes(kind: 'broadcast' | 'dm', payloadBytes: number): number {
  return (kind === 'dm' ? DM_HEADER_BYTES : BROADCAST_HEADER_BYTES) + payloadBytes;
}

/** Writes the common start of a frame into a new array of `sizeBytes`. */
export function newFrame(type: number, flags: number, sizeBytes: number): Uint8Array {
  const frame = new Uint8Array(sizeBytes);
  writeU32(frame, 0, sizeBytes - LENGTH_BYTES);
  frame[TYPE_AT] = type;
  frame[FLAGS_AT] = flags;
  return frame;
}

/** Encodes a BROADCAST, or a DM where there is a destination. */
export function encodeData(data: DataFrame): Uint8Array {
  const header = data.destination === undefined ? BROADCAST_HEADER_BYTES : DM_HEADER_BYTES;
  const type = data.destination === undefined ? FRAME_TYPE.broadcast : FRAME_TYPE.dm;
  const frame = newFrame(type, data.flags, header + data.payload.length);
  writeU16(frame, TTL_AT, data.ttl);
  writeU16(frame, INITIAL_TTL_AT, data.initialTtl);
  frame.set(data.id, MESSAGE_ID_AT);
  frame.set(data.origin, ORIGIN_AT);
  if (data.destination !== undefined) frame.set(data.destination, DESTINATION_AT);
  frame.set(data.payload, header);
  return frame;
}

/**
 * Reads a whole data frame.
 * @returns undefined when it is no well-formed data frame.
 */
export function decodeData(frame: Uint8Array): DataFrame | undefined {
  if (frame.length < MIN_FRAME_BYTES || readU32(frame, 0) !== frame.length - LENGTH_BYTES) return undefined;
  const isDm = frame[TYPE_AT] === FRAME_TYPE.dm;
  if (!isDm && frame[TYPE_AT] !== FRAME_TYPE.broadcast) return undefined;
  const header = isDm ? DM_HEADER_BYTES : BROADCAST_HEADER_BYTES;
  if (frame.length < header) return undefined;
  return {
    flags: frame[FLAGS_AT] ?? 0,
    ttl: readU16(frame, TTL_AT),
    initialTtl: readU16(frame, INITIAL_TTL_AT),
    id: frame.slice(MESSAGE_ID_AT, MESSAGE_ID_AT + ID_BYTES),
    origin: frame.slice(ORIGIN_AT, ORIGIN_AT + ID_BYTES),
    destination: isDm ? frame.slice(DESTINATION_AT, DESTINATION_AT + ID_BYTES) : undefined,
    payload: frame.slice(header),
  };
}

/** Encodes PING, or the PONG that answers it: the same eight bytes come back. */
export function encodePing(type: 'ping' | 'pong', token: Uint8Array): Uint8Array {
  const frame = newFrame(FRAME_TYPE[type], 0, PING_BYTES);
  frame.set(token.subarray(0, 8), MIN_FRAME_BYTES);
  return frame;
}
