/** packages/protocol/vectors/sealed.json, which was made with another implementation of HPKE, against the code. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { agreementPublicKey } from './agreement-keys.ts';
import { createPeerSecurity } from './create-peer-security.ts';
import { type NodeKey, nodeKeyFromSeed } from './node-key.ts';

interface Vectors {
  readonly keys: readonly {
    readonly name: string;
    readonly seed: string;
    readonly publicKey: string;
    readonly x25519: string;
  }[];
  readonly messages: readonly {
    readonly name: string;
    readonly from: string;
    readonly to: string;
    readonly body: string;
    readonly info: string;
    readonly entropy: string;
    readonly sealed: string;
  }[];
}

const file = new URL('../../protocol/vectors/sealed.json', import.meta.url);
const { keys, messages } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array | undefined): string => Buffer.from(data ?? []).toString('hex');

function keyOf(name: string): NodeKey {
  const key = keys.find(one => one.name === name);
  if (key === undefined) throw new Error(`no key ${name}`);
  return nodeKeyFromSeed(bytes(key.seed));
}

test.each(keys)('key $name', ({ name, publicKey, x25519 }) => {
  expect(hex(keyOf(name).publicKey)).toBe(publicKey);
  expect(hex(agreementPublicKey(bytes(publicKey)))).toBe(x25519);
  expect(hex(keyOf(name).recipient().publicKey)).toBe(x25519);
});

test.each(messages)('message $name', ({ from, to, body, info, entropy, sealed }) => {
  const [sender, recipient] = [from, to].map(name => createPeerSecurity('sealed', keyOf(name)));
  if (sender === undefined || recipient === undefined) throw new Error('unreachable');
  expect(hex(sender.seal(recipient.publicKey, bytes(body), bytes(info), bytes(entropy)))).toBe(sealed);
  expect(hex(recipient.unseal(bytes(sealed), bytes(info)))).toBe(body);
  expect(sender.unseal(bytes(sealed), bytes(info))).toBeUndefined();
});

test('nothing is sealed to a key of small order', () => {
  const sender = createPeerSecurity('sealed', keyOf('A'));
  // y = 0, -1 and 1: points of order 4, 2 and 1.
  const minusOne = new Uint8Array(32).fill(255);
  minusOne[0] = 0xec;
  minusOne[31] = 0x7f;
  for (const key of [new Uint8Array(32), minusOne, Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0))]) {
    expect(sender.seal(key, new Uint8Array(1), new Uint8Array(0), new Uint8Array(32))).toBeUndefined();
  }
});
