/** A peer's Ed25519 key pair, and the node id that is derived from it. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Id, nodeIdOf, PUBLIC_KEY_BYTES } from '@peerlab/protocol';
import { agreementPrivateKey } from './agreement-keys.ts';
import { type Recipient, recipientOf } from './hpke.ts';
import { sha256 } from './sha256.ts';

/** Bytes of the seed that a key pair follows from: RFC 8032's private key. */
export const SEED_BYTES = 32;

/** What stands before the seed in the PKCS #8 form of an Ed25519 key (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** See the module's header. */
export interface NodeKey {
  /** Raw, {@link PUBLIC_KEY_BYTES} long. */
  readonly publicKey: Uint8Array;
  /** Derived from the public key: see nodeIdOf in packages/protocol. */
  readonly nodeId: Id;
  sign(bytes: Uint8Array): Uint8Array;
  /** What opens messages that were sealed to this key. */
  recipient(): Recipient;
  /** The private key as PEM (PKCS #8), as OpenSSL reads and writes it. */
  toPem(): string;
}

/** A random key pair. */
export function generateNodeKey(): NodeKey {
  return nodeKeyOf(generateKeyPairSync('ed25519').privateKey);
}

/**
 * The key pair that follows from a seed.
 * @param seed {@link SEED_BYTES} bytes
 * @throws RangeError for another length
 */
export function nodeKeyFromSeed(seed: Uint8Array): NodeKey {
  if (seed.length !== SEED_BYTES) throw new RangeError(`a seed has ${SEED_BYTES} bytes, not ${seed.length}`);
  return nodeKeyOf(createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' }));
}

/**
 * The key pair of a private key in PEM.
 * @throws Error when it is none, or not Ed25519
 */
export function nodeKeyFromPem(pem: string): NodeKey {
  const key = createPrivateKey({ key: pem, format: 'pem' });
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`an ${key.asymmetricKeyType} key: it must be Ed25519`);
  return nodeKeyOf(key);
}

function nodeKeyOf(privateKey: KeyObject): NodeKey {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const publicKey = new Uint8Array(spki.subarray(spki.length - PUBLIC_KEY_BYTES));
  let recipient: Recipient | undefined;
  return {
    publicKey,
    nodeId: nodeIdOf(publicKey, { sha256 }),
    sign: bytes => sign(null, bytes, privateKey),
    recipient: () => {
      recipient ??= recipientOf(agreementPrivateKey(seedOf(privateKey)));
      return recipient;
    },
    toPem: () => privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

function seedOf(privateKey: KeyObject): Uint8Array {
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  return der.subarray(der.length - SEED_BYTES);
}
