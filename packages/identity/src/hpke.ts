/**
 * HPKE (RFC 9180), base mode, one message at once: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. The primitives are
 * those of node:crypto; this is the schedule of keys between them. It works without waiting, as virtual time needs it: docs/adr/0039
 * says why no library does. hpke.test.ts has the RFC's own vectors.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type KeyObject,
} from 'node:crypto';

/** Bytes of an X25519 key, public or private. */
export const AGREEMENT_KEY_BYTES = 32;
/** Bytes that a sealed message has beyond the message: the encapsulated key, and the tag. */
export const HPKE_EXTRA_BYTES: number = AGREEMENT_KEY_BYTES + 16;

const TAG_BYTES = 16;
const CIPHER = 'chacha20-poly1305';
const HASH_BYTES = 32;
const CIPHER_KEY_BYTES = 32;
const NONCE_BYTES = 12;

// KEM 0x0020, KDF 0x0001, AEAD 0x0003.
const KEM_SUITE = Buffer.from('KEM\x00\x20', 'latin1');
const SUITE = Buffer.from('HPKE\x00\x20\x00\x01\x00\x03', 'latin1');
const VERSION = Buffer.from('HPKE-v1');
const EMPTY = new Uint8Array(0);
const BASE_MODE = Uint8Array.of(0);

const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

/** Who can open what is sealed: the key pair's halves. */
export interface Recipient {
  readonly privateKey: KeyObject;
  /** Raw. */
  readonly publicKey: Uint8Array;
}

/** A raw X25519 private key with its public one. */
export function recipientOf(rawPrivateKey: Uint8Array): Recipient {
  const key = Buffer.concat([PKCS8_PREFIX, rawPrivateKey]);
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { privateKey, publicKey: new Uint8Array(spki.subarray(SPKI_PREFIX.length)) };
}

/** A raw X25519 public key, ready for {@link sealTo}. */
export function agreementKey(rawPublicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, rawPublicKey]), format: 'der', type: 'spki' });
}

/** The RFC's DeriveKeyPair. @param entropy at least 32 bytes that nobody else knows */
export function deriveRecipient(entropy: Uint8Array): Recipient {
  const prk = extract(KEM_SUITE, EMPTY, 'dkp_prk', entropy);
  return recipientOf(expand(KEM_SUITE, prk, 'sk', EMPTY, AGREEMENT_KEY_BYTES));
}

/** What both ends know: binds the message to a purpose (`info`), and to what travels beside it (`aad`). */
export interface Circumstances {
  readonly info: Uint8Array;
  /** @default none */
  readonly aad?: Uint8Array;
}

/**
 * Seals a message.
 * @param to as raw bytes, and ready to use
 * @param entropy 32 bytes for this message alone
 * @returns the encapsulated key, the ciphertext and its tag
 * @throws Error when the recipient's key is a point of small order
 */
export function sealTo(
  to: { readonly key: KeyObject; readonly raw: Uint8Array },
  message: Uint8Array,
  { info, aad = EMPTY }: Circumstances,
  entropy: Uint8Array,
): Uint8Array {
  const ephemeral = deriveRecipient(entropy);
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: to.key });
  const { key, nonce } = schedule(shared, ephemeral.publicKey, to.raw, info);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad, { plaintextLength: message.length });
  const body = cipher.update(message);
  return Buffer.concat([ephemeral.publicKey, body, cipher.final(), cipher.getAuthTag()]);
}

/** Opens what was sealed. @returns undefined when it was not sealed to this recipient, or not so */
export function openSealed(
  { privateKey, publicKey }: Recipient,
  sealed: Uint8Array,
  { info, aad = EMPTY }: Circumstances,
): Uint8Array | undefined {
  if (sealed.length < HPKE_EXTRA_BYTES) return undefined;
  try {
    const encapsulated = sealed.subarray(0, AGREEMENT_KEY_BYTES);
    const shared = diffieHellman({ privateKey, publicKey: agreementKey(encapsulated) });
    const { key, nonce } = schedule(shared, encapsulated, publicKey, info);
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    const body = sealed.subarray(AGREEMENT_KEY_BYTES, sealed.length - TAG_BYTES);
    decipher.setAAD(aad, { plaintextLength: body.length });
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** From what the ends agreed on to a key and a nonce, for the first message of a context. */
function schedule(
  agreed: Uint8Array,
  encapsulated: Uint8Array,
  recipient: Uint8Array,
  info: Uint8Array,
): { readonly key: Uint8Array; readonly nonce: Uint8Array } {
  const prk = extract(KEM_SUITE, EMPTY, 'eae_prk', agreed);
  const shared = expand(KEM_SUITE, prk, 'shared_secret', Buffer.concat([encapsulated, recipient]), HASH_BYTES);
  const pskId = extract(SUITE, EMPTY, 'psk_id_hash', EMPTY);
  const context = Buffer.concat([BASE_MODE, pskId, extract(SUITE, EMPTY, 'info_hash', info)]);
  const secret = extract(SUITE, shared, 'secret', EMPTY);
  return {
    key: expand(SUITE, secret, 'key', context, CIPHER_KEY_BYTES),
    nonce: expand(SUITE, secret, 'base_nonce', context, NONCE_BYTES),
  };
}

/** The RFC's LabeledExtract. */
function extract(suite: Uint8Array, salt: Uint8Array, label: string, input: Uint8Array): Uint8Array {
  return createHmac('sha256', salt).update(VERSION).update(suite).update(label).update(input).digest();
}

/** The RFC's LabeledExpand, of up to one block of the hash. */
function expand(suite: Uint8Array, prk: Uint8Array, label: string, info: Uint8Array, sizeBytes: number): Uint8Array {
  const size = Uint8Array.of(0, sizeBytes);
  const block = createHmac('sha256', prk).update(size).update(VERSION).update(suite).update(label).update(info);
  return block.update(Uint8Array.of(1)).digest().subarray(0, sizeBytes);
}
