/** Envelopes as docs/PROTOCOL.md lays them out, and what is none. */
import { readFileSync } from 'node:fs';
import { CONTENT } from '@peerlab/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEnvelope, type EnvelopeHead, encodeEnvelope } from './envelope.ts';

const manual = readFileSync(new URL('../../../docs/PROTOCOL.md', import.meta.url), 'utf8');

/** The bytes of a block of the manual: hexadecimal up to each line's comment. */
function blockOf(name: string): Uint8Array {
  const [, block = ''] = new RegExp(`\`\`\`envelope ${name}\\n([^\`]*)\`\`\``).exec(manual) ?? [];
  return Buffer.from(block.replaceAll(/;.*/g, '').replaceAll(/\s/g, ''), 'hex');
}

const REQUEST_ID = '3e55a6e0-0000-4000-8000-000000000003';
const text = (payload: string) => ({ payload: Buffer.from(payload, 'utf8'), content: CONTENT.text });
const json = (value: unknown) => ({ payload: Buffer.from(JSON.stringify(value), 'utf8'), content: CONTENT.json });

describe('the manual', () => {
  test.each([
    ['topic', { kind: 'topic', topic: 'chat' }, text('hello')],
    ['request', { kind: 'request' }, json({ n: 1 })],
    ['response', { kind: 'response', request: REQUEST_ID }, json(2)],
    ['failure', { kind: 'failure', request: REQUEST_ID }, json({ reason: 'busy', text: 'later' })],
  ] as const)('%s', (name, head, body) => {
    expect(Buffer.from(encodeEnvelope(head, body).payload).toString('hex')).toBe(
      Buffer.from(blockOf(name)).toString('hex'),
    );
    const read = decodeEnvelope(blockOf(name));
    expect(read).toMatchObject({ ...head, body: { content: body.content } });
    expect(Buffer.from(read?.body.payload ?? [])).toEqual(Buffer.from(body.payload));
  });
});

test('what was put in comes out', () => {
  const heads: fc.Arbitrary<EnvelopeHead> = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).map(topic => ({ kind: 'topic' as const, topic })),
    fc.constant({ kind: 'request' as const }),
    fc.record({ kind: fc.constantFrom('response' as const, 'failure' as const), request: fc.uuid() }),
  );
  fc.assert(
    fc.property(heads, fc.uint8Array({ maxLength: 40 }), fc.constantFrom(0, 0x10, 0x20), (head, payload, content) => {
      const { payload: bytes, content: outer } = encodeEnvelope(head, { payload, content });
      expect(outer).toBe(CONTENT.envelope);
      const read = decodeEnvelope(bytes);
      expect(read).toMatchObject({ ...head, body: { content } });
      expect(Buffer.from(read?.body.payload ?? [])).toEqual(Buffer.from(payload));
    }),
  );
});

test.each([
  ['nothing', []],
  ['a kind alone', [1]],
  ['an unknown kind', [9, 0, 1]],
  ['content bits below the mask', [2, 1]],
  ['a topic without a name', [1, 0, 0, 65]],
  ['a topic that ends within its name', [1, 0, 3, 65, 66]],
  ['a topic that is not UTF-8', [1, 0, 1, 0xff]],
  ['a response without the whole id', [3, 0, 1, 2, 3]],
])('%s is none', (_, bytes) => {
  expect(decodeEnvelope(Uint8Array.from(bytes))).toBeUndefined();
});

test('any bytes are read or refused', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), bytes => void decodeEnvelope(bytes)));
});
