import { createHash, generateKeyPairSync } from 'node:crypto';
import { formatId } from '@peerlab/protocol';
import { expect, test } from 'vitest';
import { createPeerSecurity } from './create-peer-security.ts';
import { generateNodeKey, nodeKeyFromPem, nodeKeyFromSeed } from './node-key.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test("the key of a seed is RFC 8032's, test 2 of section 7.1", () => {
  const seed = Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex');
  const key = nodeKeyFromSeed(seed);
  expect(hex(key.publicKey)).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
  expect(hex(key.sign(Uint8Array.of(0x72)))).toBe(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
      '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  );
});

test('the node id is the hash of the key, as a UUID of version 8', () => {
  const key = nodeKeyFromSeed(new Uint8Array(32).fill(7));
  const tag = Buffer.alloc(32);
  tag.write('peerlab node id');
  const hash = createHash('sha256').update(tag).update(key.publicKey).digest('hex');
  const id = formatId(key.nodeId);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const digits = id.replaceAll('-', '');
  expect(digits.slice(0, 12)).toBe(hash.slice(0, 12));
  expect(digits.slice(13, 16)).toBe(hash.slice(13, 16));
  expect(digits.slice(17)).toBe(hash.slice(17, 32));
});

test('a key survives PEM; one of another kind is refused', () => {
  const key = generateNodeKey();
  expect(hex(nodeKeyFromPem(key.toPem()).publicKey)).toBe(hex(key.publicKey));
  const other = generateKeyPairSync('x25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  expect(() => nodeKeyFromPem(other)).toThrow('an x25519 key: it must be Ed25519');
  expect(() => nodeKeyFromSeed(new Uint8Array(31))).toThrow('a seed has 32 bytes, not 31');
});

test('a signature is valid for its key and its bytes alone', () => {
  const key = generateNodeKey();
  const security = createPeerSecurity('signed', key);
  const bytes = Uint8Array.of(1, 2, 3);
  const signature = security.sign(bytes);
  expect(security.verify(key.publicKey, bytes, signature)).toBe(true);
  expect(security.verify(key.publicKey, Uint8Array.of(1, 2, 4), signature)).toBe(false);
  expect(security.verify(generateNodeKey().publicKey, bytes, signature)).toBe(false);
  expect(security.verify(key.publicKey, bytes, signature.slice(1))).toBe(false);
  expect(security.verify(new Uint8Array(31), bytes, signature)).toBe(false);
});
