/** The frames by which peers find a key: KEY WANTED names a node id, KEY brings the key that it follows from. */
import { FRAME_TYPE, MIN_FRAME_BYTES, newFrame } from '../frame.ts';
import { ID_BYTES, type Id } from '../id.ts';
import { PUBLIC_KEY_BYTES } from './peer-security.ts';

/** Size of KEY WANTED. */
export const KEY_WANTED_BYTES: number = MIN_FRAME_BYTES + ID_BYTES;
/** Size of KEY. */
export const KEY_BYTES: number = MIN_FRAME_BYTES + PUBLIC_KEY_BYTES;

export function encodeKeyWanted(nodeId: Id): Uint8Array {
  const frame = newFrame(FRAME_TYPE.keyWanted, 0, KEY_WANTED_BYTES);
  frame.set(nodeId, MIN_FRAME_BYTES);
  return frame;
}

export function encodeKey(publicKey: Uint8Array): Uint8Array {
  const frame = newFrame(FRAME_TYPE.key, 0, KEY_BYTES);
  frame.set(publicKey, MIN_FRAME_BYTES);
  return frame;
}
