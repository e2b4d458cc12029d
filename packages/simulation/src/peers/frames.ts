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
    frames.push(bytes.slice(at, end));
    at = end;
  }
  return frames;
}

/** True for a broadcast and a direct message. */
export function isDataFrame(frame: Uint8Array): boolean {
  return frame[TYPE_AT] === FRAME_TYPE.broadcast || frame[TYPE_AT] === FRAME_TYPE.dm;
}
