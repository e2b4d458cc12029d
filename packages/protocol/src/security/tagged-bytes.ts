/** What is hashed or signed begins with its purpose, so that nothing made for one purpose serves another. */

/** Bytes of a tag: its text in ASCII, then zeros. */
export const TAG_BYTES = 32;

/** The tag, {@link TAG_BYTES} long, and the parts after it. */
export function taggedBytes(tag: string, ...parts: readonly Uint8Array[]): Uint8Array {
  let size = TAG_BYTES;
  for (const part of parts) size += part.length;
  const bytes = new Uint8Array(size);
  for (let i = 0; i < tag.length; i++) bytes[i] = tag.charCodeAt(i);
  let at = TAG_BYTES;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
