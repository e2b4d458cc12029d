/** HPKE against the vectors of RFC 9180, and the keys against node:crypto's own. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { agreementPrivateKey, agreementPublicKey } from './agreement-keys.ts';
import { agreementKey, deriveRecipient, openSealed, recipientOf, sealTo } from './hpke.ts';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array | undefined): string => Buffer.from(data ?? []).toString('hex');

/** RFC 9180, A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, base mode, sequence number 0. */
const RFC = {
  ikmE: '909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b',
  enc: '1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a',
  skRm: '8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb',
  pkRm: '4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a',
  ikmR: '1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df',
  info: '4f6465206f6e2061204772656369616e2055726e',
  aad: '436f756e742d30',
  pt: '4265617574792069732074727574682c20747275746820626561757479',
  ct: '1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28',
};
const circumstances = { info: bytes(RFC.info), aad: bytes(RFC.aad) };
const to = { key: agreementKey(bytes(RFC.pkRm)), raw: bytes(RFC.pkRm) };

describe('HPKE', () => {
  it('seals and opens as RFC 9180 says', () => {
    expect(hex(deriveRecipient(bytes(RFC.ikmR)).publicKey)).toBe(RFC.pkRm);
    const sealed = sealTo(to, bytes(RFC.pt), circumstances, bytes(RFC.ikmE));
    expect(hex(sealed)).toBe(RFC.enc + RFC.ct);
    expect(hex(openSealed(recipientOf(bytes(RFC.skRm)), sealed, circumstances))).toBe(RFC.pt);
  });

  it('opens nothing that was changed in any byte, meant for another, or sealed for another purpose', () => {
    const sealed = sealTo(to, bytes(RFC.pt), circumstances, bytes(RFC.ikmE));
    const recipient = recipientOf(bytes(RFC.skRm));
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice();
      // The highest bit of an X25519 key is ignored.
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(openSealed(recipient, changed, circumstances)).toBeUndefined();
    }
    expect(openSealed(deriveRecipient(bytes(RFC.ikmE)), sealed, circumstances)).toBeUndefined();
    expect(openSealed(recipient, sealed, { info: bytes(RFC.info) })).toBeUndefined();
    expect(openSealed(recipient, sealed, { ...circumstances, info: bytes('00') })).toBeUndefined();
    expect(openSealed(recipient, sealed.subarray(0, 47), circumstances)).toBeUndefined();
    expect(openSealed(recipient, new Uint8Array(60), circumstances)).toBeUndefined();
  });
});

describe('an X25519 key of an Ed25519 one', () => {
  it('is the same by the public and by the private half', () => {
    for (let n = 0; n < 20; n++) {
      const { privateKey } = generateKeyPairSync('ed25519');
      const { d = '', x = '' } = privateKey.export({ format: 'jwk' });
      const fromPrivate = recipientOf(agreementPrivateKey(Buffer.from(d, 'base64url'))).publicKey;
      expect(hex(agreementPublicKey(Buffer.from(x, 'base64url')))).toBe(hex(fromPrivate));
    }
  });

  it('is none for the neutral point, and for what is no coordinate', () => {
    expect(agreementPublicKey(Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0)))).toBeUndefined();
    expect(agreementPublicKey(new Uint8Array(32).fill(255))).toBeUndefined();
  });
});
