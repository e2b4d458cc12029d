/** Cuts what a peer hands to a link into frames again: loss, delay and bandwidth are for each frame. */
import { FRAME_TYPE, LENGTH_BYTES, MIN_FRAME_BYTES, TYPE_AT } from '@peerlab/protocol';

/**
 * The frames of these bytes, as copies. What is no whole frame comes as it is: a peer that breaks the protocol on
 * purpose can be simulated too.
 */
export function cutFrames(bytes: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.length - at < MIN_FRAME_BYTES ? Number.POSITIVE_INFINITY : LENGTH_BYTES + view.getUint32(at);
    const end = Math.min(at + size, bytes.length);
    frames.push(copyOf(bytes, at, end));
    at = end;
  }
  return frames;
}

/** Copies stand side by side in large arrays, which are never used again: one array for each frame costs far more. */
const SLAB_BYTES = 256 * 1024;
let slab = new Uint8Array(SLAB_BYTES);
let used = 0;

function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const size = end - start;
  if (size > SLAB_BYTES / 8) return bytes.slice(start, end);
  if (used + size > SLAB_BYTES) {
    slab = new Uint8Array(SLAB_BYTES);
    used = 0;
  }
  const copy = slab.subarray(used, used + size);
  used += size;
  for (let i = 0; i < size; i++) copy[i] = bytes[start + i] ?? 0;
  return copy;
}

/** True for a broadcast and a direct message. */
export function isDataFrame(frame: Uint8Array): boolean {
  return frame[TYPE_AT] === FRAME_TYPE.broadcast || frame[TYPE_AT] === FRAME_TYPE.dm;
}
