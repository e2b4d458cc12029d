/** vectors/signed.json, which was written from docs/PROTOCOL.md alone, against the code. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLOCK_START_MS, testSecurity } from '../../test/test-security.ts';
import { CONTENT, DM_FLAG, MESSAGE_ID_AT } from '../frame.ts';
import { decodeHello, encodeHello } from '../hello.ts';
import { formatId, type Id, parseId } from '../id.ts';
import { nodeIdOf } from './derived-id.ts';
import { decodeChallenge, decodeProof, encodeChallenge, encodeProof, transcriptBytes } from './link-proofs.ts';
import { MessageDigest } from './message-digest.ts';
import { MessageSigner } from './message-signer.ts';
import { MessageVerifier } from './message-verifier.ts';
import { type SignedLayout, signedLayout } from './signed-frame.ts';

interface Vectors {
  readonly network: string;
  readonly keys: readonly { readonly seed: string; readonly publicKey: string; readonly nodeId: string }[];
  readonly handshakes: readonly {
    readonly name: string;
    readonly binding: string;
    readonly hello: string;
    readonly challenge: string;
    readonly proof: string;
    readonly accepted: string;
  }[];
  readonly messages: readonly {
    readonly name: string;
    readonly leaf: string;
    readonly id: string;
    readonly frame: string;
  }[];
}

const vectors = JSON.parse(readFileSync(new URL('../../vectors/signed.json', import.meta.url), 'utf8')) as Vectors;
const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const toHex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

const network = new TextEncoder().encode(vectors.network);
let nowMs = CLOCK_START_MS;
const a = testSecurity('signed', 1, () => nowMs);
const b = testSecurity('signed', 2);
const digest = new MessageDigest(b, network);

function layoutOf(frame: Uint8Array): SignedLayout {
  const layout = signedLayout(frame, 0, frame.length);
  if (layout === undefined) throw new Error('malformed');
  return layout;
}

test('keys and node ids', () => {
  expect(vectors.keys.map(({ seed }) => seed)).toEqual(['01'.repeat(32), '02'.repeat(32)]);
  expect([a, b].map(({ publicKey }) => toHex(publicKey))).toEqual(vectors.keys.map(({ publicKey }) => publicKey));
  expect([a, b].map(({ publicKey }) => formatId(nodeIdOf(publicKey, a)))).toEqual(
    vectors.keys.map(({ nodeId }) => nodeId),
  );
});

test.each(vectors.handshakes)('handshake $name', vector => {
  for (const hex of [vector.hello, vector.accepted]) {
    const hello = decodeHello(fromHex(hex), 0, hex.length / 2);
    if (hello === undefined) throw new Error('malformed');
    expect(toHex(encodeHello(hello))).toBe(hex);
  }
  const hello = fromHex(vector.hello);
  const challenge = decodeChallenge(fromHex(vector.challenge), 0, vector.challenge.length / 2);
  if (challenge === undefined) throw new Error('malformed');
  const { publicKey, nonce } = challenge;
  const transcript = { hello, publicKey, nonce, binding: fromHex(vector.binding) };
  const signature = b.sign(transcriptBytes('acceptor', transcript, b));
  expect(toHex(encodeChallenge({ publicKey, nonce, signature }))).toBe(vector.challenge);
  const proof = a.sign(transcriptBytes('dialler', transcript, a));
  expect(toHex(encodeProof(proof))).toBe(vector.proof);
  expect(toHex(decodeProof(fromHex(vector.proof), 0, vector.proof.length / 2))).toBe(toHex(proof));
});

test.each(vectors.messages)('message $name', ({ frame: hex, id, leaf }) => {
  const frame = fromHex(hex);
  expect(toHex(digest.leaf(frame, 0, frame.length, layoutOf(frame)))).toBe(leaf);
  expect(formatId(frame, MESSAGE_ID_AT)).toBe(id);
  expect(new MessageVerifier(b, digest).check(frame, 0, frame.length, layoutOf(frame), true)).toBe('valid');
});

test('a batch is one signature: verified once, and a message has one place in it', () => {
  let verified = 0;
  const counting = {
    ...b,
    verify: (...args: Parameters<typeof b.verify>) => {
      verified++;
      return b.verify(...args);
    },
  };
  const verifier = new MessageVerifier(counting, digest);
  const batch = vectors.messages.filter(({ name }) => name.startsWith('batch-')).map(({ frame }) => fromHex(frame));
  for (const frame of batch) expect(verifier.check(frame, 0, frame.length, layoutOf(frame), true)).toBe('valid');
  expect([batch.length, verified]).toEqual([3, 1]);
  const moved = batch[0]?.slice() ?? new Uint8Array(0);
  moved[11] = 1;
  expect(new MessageVerifier(b, digest).check(moved, 0, moved.length, layoutOf(moved), true)).toBe('invalid');
  moved[11] = 4;
  expect(signedLayout(moved, 0, moved.length)).toBeUndefined();
});

test('this peer writes the same bytes', () => {
  nowMs = CLOCK_START_MS;
  const signer = new MessageSigner(a, new MessageDigest(a, network), idOf(0));
  nowMs += 1;
  const text = new TextEncoder();
  expect(toHex(signer.frame({ flags: CONTENT.text, ttl: 65_535, payload: text.encode('hello') }))).toBe(
    vectors.messages[0]?.frame,
  );
  nowMs += 1;
  const dm = { flags: CONTENT.json | DM_FLAG.ackWanted, ttl: 8, destination: idOf(1) };
  expect(toHex(signer.frame({ ...dm, payload: text.encode('{"n":1}') }))).toBe(vectors.messages[1]?.frame);
});

function idOf(key: number): Id {
  const id = parseId(vectors.keys[key]?.nodeId ?? '');
  if (id === undefined) throw new Error('no such key');
  return id;
}
