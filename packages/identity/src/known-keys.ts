/** Public keys of others, ready to be used: making one ready costs a tenth of a verification, or more than a seal. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { agreementPublicKey } from './agreement-keys.ts';
import { agreementKey } from './hpke.ts';

/** What stands before the raw key in its SPKI form (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Keys that are kept; the one that was added first goes first. @default 4096: the origins that a peer remembers */
const MAX_KEYS = 4096;

/** See the module's header. */
export class KnownKeys<Key> {
  readonly #make: (publicKey: Uint8Array) => Key | undefined;
  readonly #keys: Map<string, Key | undefined> = new Map();

  /** @param make makes a raw Ed25519 public key ready; undefined: it is none */
  constructor(make: (publicKey: Uint8Array) => Key | undefined) {
    this.#make = make;
  }

  /** @returns undefined when the bytes are no Ed25519 public key */
  get(publicKey: Uint8Array): Key | undefined {
    const name = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length).toString('latin1');
    const known = this.#keys.get(name);
    if (known !== undefined || this.#keys.has(name)) return known;
    const key = this.#make(publicKey);
    this.#keys.set(name, key);
    if (this.#keys.size > MAX_KEYS) {
      const oldest = this.#keys.keys().next();
      if (!oldest.done) this.#keys.delete(oldest.value);
    }
    return key;
  }
}

/** A key to verify with. */
export function verificationKey(publicKey: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** A key to seal to. */
export function recipientKey(publicKey: Uint8Array): { readonly key: KeyObject; readonly raw: Uint8Array } | undefined {
  const raw = agreementPublicKey(publicKey);
  return raw && { key: agreementKey(raw), raw };
}
