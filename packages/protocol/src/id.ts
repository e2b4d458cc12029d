/**
 * Ids of peers, messages and sessions: 16 opaque bytes, written as a UUID where a person reads them.
 * The protocol never makes one by itself; the host passes in a source of them.
 */

/** Length of an id in bytes. */
export const ID_BYTES = 16;

/** 16 bytes. Never changed after it was made. */
export type Id = Uint8Array;

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const DASH_AFTER: ReadonlySet<number> = new Set([3, 5, 7, 9]);

/** The id at `offset` in `bytes`, in the 8-4-4-4-12 form of a UUID, lower case. */
export function formatId(bytes: Uint8Array, offset = 0): string {
  let text = '';
  for (let i = 0; i < ID_BYTES; i++) {
    text += HEX[bytes[offset + i] ?? 0];
    if (DASH_AFTER.has(i)) text += '-';
  }
  return text;
}

/**
 * Reads an id from the form that {@link formatId} writes; any 32 hexadecimal digits are taken, not only those of a
 * valid UUID version.
 * @returns undefined when the text is not such a form.
 */
export function parseId(text: string): Id | undefined {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)) return undefined;
  const hex = text.replaceAll('-', '');
  return Uint8Array.from({ length: ID_BYTES }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

/** True when both ids are the same bytes. */
export function sameId(a: Uint8Array, b: Uint8Array): boolean {
  return compareIds(a, b) === 0;
}

/** Orders ids bytewise: negative when `a` comes first, 0 when they are the same. */
export function compareIds(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < ID_BYTES; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** True when the id in `bytes` at `offset` is `id`. */
export function idAt(bytes: Uint8Array, offset: number, id: Id): boolean {
  for (let i = 0; i < ID_BYTES; i++) if (bytes[offset + i] !== id[i]) return false;
  return true;
}
