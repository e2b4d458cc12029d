/** Payloads between JSON and bytes, without a library of the host's. */
import type { Payload } from '@peerlab/contract';
import { CONTENT } from '@peerlab/protocol';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Turns text into UTF-8 and back, and bytes into base64 and back: the host's own, faster ones, are passed in. */
export interface TextCodec {
  encode(text: string): Uint8Array;
  /** @returns undefined when the bytes are not UTF-8 */
  decode(bytes: Uint8Array): string | undefined;
}

/** A payload of a command as bytes, and the content bits for its frame. */
export function payloadBytes(payload: Payload, codec: TextCodec): { bytes: Uint8Array; content: number } {
  if (typeof payload === 'string') return { bytes: codec.encode(payload), content: CONTENT.text };
  return { bytes: fromBase64(payload.base64), content: CONTENT.bytes };
}

/**
 * The longest text that is told as text, in characters of its JSON; a longer one is told as base64. Each control character takes six in
 * JSON: the text of the largest message would be a line of 6 Mi, more than the contract lets a peer print.
 * @default 2 Mi: the largest message in base64 is shorter
 */
const MAX_TEXT_LENGTH = 2 * 1024 * 1024;
/** Characters that JSON may take for one byte of text. */
const MAX_CHARACTERS_OF_BYTE = 6;

/** The payload of a message in JSON: text if it was sent as text, is valid text, and not too long in JSON; else base64. */
export function payloadJson(bytes: Uint8Array, content: number, codec: TextCodec): Payload {
  const isText = content === CONTENT.text || content === CONTENT.json;
  const text = isText ? codec.decode(bytes) : undefined;
  return text === undefined || isTooLong(text, bytes.length) ? { base64: toBase64(bytes) } : text;
}

function isTooLong(text: string, sizeBytes: number): boolean {
  return sizeBytes * MAX_CHARACTERS_OF_BYTE > MAX_TEXT_LENGTH && JSON.stringify(text).length > MAX_TEXT_LENGTH;
}

function fromBase64(text: string): Uint8Array {
  const digits = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const digit of digits) {
    held = (held << 6) | BASE64.indexOf(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 0xff;
  }
  return bytes;
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += BASE64.charAt(group >> 18) + BASE64.charAt((group >> 12) & 63);
    text += left > 1 ? BASE64.charAt((group >> 6) & 63) : '=';
    text += left > 2 ? BASE64.charAt(group & 63) : '=';
  }
  return text;
}
