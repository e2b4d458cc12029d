/**
 * What a direct message is within its seal: flags, length and payload, filled up with zeros to a size class, so that neither what it is
 * nor, but for a class, how long it is can be seen on its way. An acknowledgement looks like a short message.
 */
import { readU32, writeU32 } from '../bytes.ts';

/** Bytes of the flags and the length. */
const HEADER_BYTES = 5;
/** The smallest class. */
export const LEAST_BODY_BYTES = 256;

/** A message's own flags and payload. */
export interface SealedBody {
  /** CONTENT and DM_FLAG of frame.ts. */
  readonly flags: number;
  readonly payload: Uint8Array;
}

/**
 * Bytes of a body with a payload of so many: 256, or the next size with few enough leading bits ("Padmé" of Nikitin et al., 2019:
 * at most 12 % more, and as few classes as the logarithm of the size has values).
 */
export function bodyBytes(payloadBytes: number): number {
  const size = HEADER_BYTES + payloadBytes;
  if (size <= LEAST_BODY_BYTES) return LEAST_BODY_BYTES;
  const exponent = Math.floor(Math.log2(size));
  const step = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1);
  return Math.ceil(size / step) * step;
}

/** Encodes a body. */
export function encodeBody({ flags, payload }: SealedBody): Uint8Array {
  const body = new Uint8Array(bodyBytes(payload.length));
  body[0] = flags;
  writeU32(body, 1, payload.length);
  body.set(payload, HEADER_BYTES);
  return body;
}

/** Reads a body. @returns undefined when it is none */
export function decodeBody(body: Uint8Array): SealedBody | undefined {
  const length = readU32(body, 1);
  if (body.length < HEADER_BYTES || HEADER_BYTES + length > body.length) return undefined;
  return { flags: body[0] ?? 0, payload: body.subarray(HEADER_BYTES, HEADER_BYTES + length) };
}
