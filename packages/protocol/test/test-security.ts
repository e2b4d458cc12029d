/** A peer's security for tests: keys that follow from a number, node:crypto, and a clock that the test sets. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { PeerSecurity, SecurityMode } from '../src/index.ts';

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const X25519_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Where a test's clock begins: some time in 2027. */
export const CLOCK_START_MS = 1_800_000_000_000;

/** The security of the peer whose Ed25519 seed is 32 times this byte. */
export function testSecurity(
  mode: SecurityMode,
  seed: number,
  clockMs: () => number = () => CLOCK_START_MS,
): PeerSecurity {
  const der = Buffer.concat([PKCS8_PREFIX, Buffer.alloc(32, seed)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const publicKey = new Uint8Array(spki.subarray(SPKI_PREFIX.length));
  return {
    mode,
    publicKey,
    sign: bytes => new Uint8Array(sign(null, bytes, key)),
    verify: (publicKey, bytes, signature) => {
      const spkiBytes = Buffer.concat([SPKI_PREFIX, publicKey]);
      return verify(null, bytes, createPublicKey({ key: spkiBytes, format: 'der', type: 'spki' }), signature);
    },
    sha256: bytes => new Uint8Array(createHash('sha256').update(bytes).digest()),
    clockMs,
    ...testSeals(publicKey),
  };
}

/** Key pairs of seals, by the public key of the peer: made once for each. */
interface Agreement {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const AGREEMENTS: Map<string, Agreement> = new Map();

function agreementOf(publicKey: Uint8Array): Agreement {
  const name = Buffer.from(publicKey).toString('hex');
  const pair = AGREEMENTS.get(name) ?? generateKeyPairSync('x25519');
  AGREEMENTS.set(name, pair);
  return pair;
}

/** Seals as large and as tight as HPKE's, which packages/identity brings. */
function testSeals(own: Uint8Array): Pick<PeerSecurity, 'seal' | 'unseal'> {
  const secretOf = (privateKey: KeyObject, publicKey: KeyObject, info: Uint8Array): Buffer =>
    createHash('sha256').update(diffieHellman({ privateKey, publicKey })).update(info).digest();
  const nonce = Buffer.alloc(12);
  return {
    seal: (publicKey, message, info) => {
      const ephemeral = generateKeyPairSync('x25519');
      const secret = secretOf(ephemeral.privateKey, agreementOf(publicKey).publicKey, info);
      const cipher = createCipheriv('aes-256-gcm', secret, nonce);
      const body = Buffer.concat([cipher.update(message), cipher.final()]);
      const raw = ephemeral.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
      return new Uint8Array(Buffer.concat([raw, body, cipher.getAuthTag()]));
    },
    unseal: (sealed, info) => {
      try {
        const key = Buffer.concat([X25519_PREFIX, sealed.subarray(0, 32)]);
        const publicKey = createPublicKey({ key, format: 'der', type: 'spki' });
        const decipher = createDecipheriv('aes-256-gcm', secretOf(agreementOf(own).privateKey, publicKey, info), nonce);
        decipher.setAuthTag(sealed.subarray(-16));
        return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(32, -16)), decipher.final()]));
      } catch {
        return undefined;
      }
    },
  };
}
