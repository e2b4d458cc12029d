import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameDecoder, MAX_FRAME_BYTES } from './frames.ts';

function decode(chunks: readonly Buffer[]): unknown[] {
  const messages: unknown[] = [];
  const decoder = new FrameDecoder(message => messages.push(message));
  for (const chunk of chunks) decoder.push(chunk);
  return messages;
}

describe('frames', () => {
  it('give back every message, whatever the chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), fc.integer({ min: 1, max: 40 }), (messages, size) => {
        const bytes = Buffer.concat(messages.map(encodeFrame));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
          bytes.subarray(at * size, (at + 1) * size),
        );
        const plain = JSON.parse(JSON.stringify(messages)) as unknown[];
        expect(decode(chunks)).toEqual(plain);
        expect(decode([bytes])).toEqual(plain);
      }),
    );
  });

  it('are refused when they are longer than any message', () => {
    const header = Buffer.alloc(4);
    header.writeUInt32BE(MAX_FRAME_BYTES + 1);
    expect(() => decode([header])).toThrow(RangeError);
  });

  it('are refused when they hold no JSON', () => {
    expect(() => decode([Buffer.from([0, 0, 0, 1, 0x7b])])).toThrow(SyntaxError);
  });
});
