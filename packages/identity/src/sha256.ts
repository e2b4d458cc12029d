/** SHA-256 by node:crypto, at once: a message needs few bytes of it, and often. */
import { hash } from 'node:crypto';

/** See the module's header. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}
