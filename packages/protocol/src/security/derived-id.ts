/**
 * Ids that are derived from a hash, as UUIDs of version 8 (RFC 9562): a node id from its public key, a message id from what
 * its origin signed. 122 of the 128 bits are the hash's.
 */
import { ID_BYTES, type Id } from '../id.ts';
import type { PeerSecurity } from './peer-security.ts';
import { taggedBytes } from './tagged-bytes.ts';

/** The first 16 bytes of a hash with the version and the variant of a UUID of version 8. */
export function idOfHash(hash: Uint8Array): Id {
  const id = hash.slice(0, ID_BYTES);
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x80;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  return id;
}

/** The node id of who holds a key: SHA-256 of "peerlab node id" and the raw public key, by {@link idOfHash}. */
export function nodeIdOf(publicKey: Uint8Array, { sha256 }: Pick<PeerSecurity, 'sha256'>): Id {
  return idOfHash(sha256(taggedBytes('peerlab node id', publicKey)));
}
