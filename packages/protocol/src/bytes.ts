/** Big-endian integers in byte arrays. A few lines instead of a DataView per chunk: this is the relay's hot path. */

/** Reads an unsigned 16-bit integer. Outside the array reads as zero. */
export function readU16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

/** Reads 32 bits as a signed integer: enough to compare and to hash. */
export function readI32(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] ?? 0) << 24) |
    ((bytes[offset + 1] ?? 0) << 16) |
    ((bytes[offset + 2] ?? 0) << 8) |
    (bytes[offset + 3] ?? 0)
  );
}

/** Reads an unsigned 32-bit integer. */
export function readU32(bytes: Uint8Array, offset: number): number {
  return readI32(bytes, offset) >>> 0;
}

/** Writes an unsigned 16-bit integer. */
export function writeU16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}

/** Writes an unsigned 32-bit integer. */
export function writeU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

/** Reads an unsigned 48-bit integer: milliseconds since 1970 fit. */
export function readU48(bytes: Uint8Array, offset: number): number {
  return readU16(bytes, offset) * 2 ** 32 + readU32(bytes, offset + 2);
}

/** Writes an unsigned 48-bit integer. */
export function writeU48(bytes: Uint8Array, offset: number, value: number): void {
  writeU16(bytes, offset, Math.floor(value / 2 ** 32));
  writeU32(bytes, offset + 2, value % 2 ** 32);
}

/** Whether two arrays hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
