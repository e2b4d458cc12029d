/** Bytes to text, or the place of the first byte that is not UTF-8. */

/** The text, or, in its place, the line and column (from 1) where it stops to be UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | { readonly line: number; readonly column: number } {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return firstBroken(bytes);
  }
}

function firstBroken(bytes: Uint8Array): { line: number; column: number } {
  let line = 1;
  let start = 0;
  // A line feed is never part of a longer character, so lines can be judged one by one.
  for (let end = lineEnd(bytes, start); isUtf8(bytes.subarray(start, end), false); end = lineEnd(bytes, start)) {
    start = end + 1;
    line++;
  }
  const rest = bytes.subarray(start, lineEnd(bytes, start));
  let length = 0;
  while (length < rest.length && isUtf8(rest.subarray(0, length + 1), true)) length++;
  const before = new TextDecoder('utf-8').decode(rest.subarray(0, length), { stream: true });
  return { line, column: before.length + 1 };
}

function lineEnd(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(0x0a, start);
  return end === -1 ? bytes.length : end;
}

/** With `isBeginning`, the last character may be unfinished. */
function isUtf8(bytes: Uint8Array, isBeginning: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isBeginning });
    return true;
  } catch {
    return false;
  }
}
