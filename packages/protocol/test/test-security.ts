/** A peer's security for tests: keys that follow from a number, node:crypto, and a clock that the test sets. */
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { PeerSecurity, SecurityMode } from '../src/index.ts';

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
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
  return {
    mode,
    publicKey: new Uint8Array(spki.subarray(SPKI_PREFIX.length)),
    sign: bytes => new Uint8Array(sign(null, bytes, key)),
    verify: (publicKey, bytes, signature) => {
      const spkiBytes = Buffer.concat([SPKI_PREFIX, publicKey]);
      return verify(null, bytes, createPublicKey({ key: spkiBytes, format: 'der', type: 'spki' }), signature);
    },
    sha256: bytes => new Uint8Array(createHash('sha256').update(bytes).digest()),
    clockMs,
  };
}
