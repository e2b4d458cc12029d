/** Public keys of other peers. A key is known by the node id that follows from it, so nobody can give a wrong one. */
import { ID_BYTES, type Id } from '../id.ts';
import { bytesKey } from './bytes-key.ts';
import { nodeIdOf } from './derived-id.ts';
import { type PeerSecurity, PUBLIC_KEY_BYTES } from './peer-security.ts';

/** Keys that are kept; the one that was learned first goes first. @default 4096: a large network's, in half a megabyte */
const MAX_KEYS = 4096;

/** See the module's header. */
export class KeyBook {
  readonly #security: Pick<PeerSecurity, 'sha256'>;
  readonly #keys: Map<string, Uint8Array> = new Map();

  constructor(security: Pick<PeerSecurity, 'sha256'>) {
    this.#security = security;
  }

  get size(): number {
    return this.#keys.size;
  }

  /** The key of this peer, if it is known. */
  get(nodeId: Id): Uint8Array | undefined {
    return this.#keys.get(bytesKey(nodeId, 0, ID_BYTES));
  }

  /** The node id that follows from a key. */
  idOf(publicKey: Uint8Array): Id {
    return nodeIdOf(publicKey, this.#security);
  }

  /** Takes a key from wherever it comes. @returns whose it is; undefined: it is no key */
  learn(publicKey: Uint8Array): Id | undefined {
    if (publicKey.length !== PUBLIC_KEY_BYTES) return undefined;
    const nodeId = this.idOf(publicKey);
    const name = bytesKey(nodeId, 0, ID_BYTES);
    if (this.#keys.has(name)) return nodeId;
    this.#keys.set(name, publicKey.slice());
    if (this.#keys.size > MAX_KEYS) {
      const oldest = this.#keys.keys().next();
      if (!oldest.done) this.#keys.delete(oldest.value);
    }
    return nodeId;
  }
}
