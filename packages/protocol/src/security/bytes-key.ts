/** Bytes as the key of a Map: a string of 16-bit units, far cheaper to make than text for people. */
import { readU16 } from '../bytes.ts';

/** @param length even */
export function bytesKey(bytes: Uint8Array, offset: number, length: number): string {
  let key = '';
  for (let at = offset; at < offset + length; at += 8) {
    key += String.fromCharCode(
      readU16(bytes, at),
      readU16(bytes, at + 2),
      readU16(bytes, at + 4),
      readU16(bytes, at + 6),
    );
  }
  return key;
}
