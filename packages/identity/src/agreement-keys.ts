/**
 * X25519 keys that follow from Ed25519 keys: a peer's identity is all that others need to seal a message to it. The map between the two
 * curves is that of RFC 7748, section 4.1; that one key pair serves both is shown to be safe for these very schemes by
 * Thormarker, "On using the same key pair for Ed25519 and an X25519 based KEM" (ePrint 2021/509).
 */
import { createHash } from 'node:crypto';
import { AGREEMENT_KEY_BYTES } from './hpke.ts';

const P = 2n ** 255n - 19n;

/** The X25519 public key of an Ed25519 one, raw: u = (1 + y) / (1 - y). @returns undefined when there is none */
export function agreementPublicKey(publicKey: Uint8Array): Uint8Array | undefined {
  const y = littleEndian(publicKey) % 2n ** 255n;
  const below = mod(1n - y);
  if (y >= P || below === 0n) return undefined;
  let u = mod((1n + y) * power(below, P - 2n));
  const bytes = new Uint8Array(AGREEMENT_KEY_BYTES);
  for (let i = 0; i < bytes.length; i++, u >>= 8n) bytes[i] = Number(u & 0xffn);
  return bytes;
}

/** The X25519 private key of an Ed25519 one: half of the hash of its seed, as Ed25519 itself uses it. */
export function agreementPrivateKey(seed: Uint8Array): Uint8Array {
  return createHash('sha512').update(seed).digest().subarray(0, AGREEMENT_KEY_BYTES);
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function mod(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let bits = exponent; bits > 0n; bits >>= 1n) {
    if ((bits & 1n) === 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}
