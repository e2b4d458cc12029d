/** Random ids, UUIDs of version 4: the randomness is drawn for many at once, since each draw has its price. */
import { randomFillSync } from 'node:crypto';
import { ID_BYTES, type Id } from '@peerlab/protocol';
import { v4 } from 'uuid';

const POOL_BYTES = 256 * ID_BYTES;
const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

/** An id that was never given before. */
export function randomId(): Id {
  if (used === POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + ID_BYTES);
  used += ID_BYTES;
  return v4({ random }, new Uint8Array(ID_BYTES));
}
