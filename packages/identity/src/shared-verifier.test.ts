import { expect, test } from 'vitest';
import { createPeerSecurity } from './create-peer-security.ts';
import { generateNodeKey } from './node-key.ts';
import { createSharedVerifier } from './shared-verifier.ts';

test('each answer is computed once for all, and is that of its key, bytes and signature alone', () => {
  const key = generateNodeKey();
  const { verify, sign, publicKey } = createPeerSecurity('signed', key);
  let computed = 0;
  const share = createSharedVerifier();
  const [one, other] = [1, 2].map(() =>
    share((...question) => {
      computed++;
      return verify(...question);
    }),
  );
  const bytes = Uint8Array.of(1, 2, 3);
  const signature = sign(bytes);
  expect([one?.(publicKey, bytes, signature), other?.(publicKey, bytes, signature)]).toEqual([true, true]);
  expect(computed).toBe(1);
  const wrong = Uint8Array.of(1, 2, 4);
  expect([one?.(publicKey, wrong, signature), other?.(publicKey, wrong, signature)]).toEqual([false, false]);
  expect(other?.(generateNodeKey().publicKey, bytes, signature)).toBe(false);
  expect(computed).toBe(3);
});
