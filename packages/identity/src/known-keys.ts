/** Public keys of others, ready to verify with: making one ready costs a tenth of a verification. */
import { createPublicKey, type KeyObject } from 'node:crypto';

/** What stands before the raw key in its SPKI form (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Keys that are kept; the one that was added first goes first. @default 4096: the origins that a peer remembers */
const MAX_KEYS = 4096;

/** See the module's header. */
export class KnownKeys {
  readonly #keys: Map<string, KeyObject | undefined> = new Map();

  /** @returns undefined when the bytes are no Ed25519 public key */
  get(publicKey: Uint8Array): KeyObject | undefined {
    const name = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length).toString('latin1');
    const known = this.#keys.get(name);
    if (known !== undefined || this.#keys.has(name)) return known;
    const key = keyObject(publicKey);
    this.#keys.set(name, key);
    if (this.#keys.size > MAX_KEYS) {
      const oldest = this.#keys.keys().next();
      if (!oldest.done) this.#keys.delete(oldest.value);
    }
    return key;
  }
}

function keyObject(publicKey: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
