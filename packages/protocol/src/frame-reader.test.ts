/** Framing: however TCP splits and joins, the same frames come out, in bounded memory. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { joinBytes } from '../test/virtual-network.ts';
import { rawFrame } from '../test/wire.ts';
import { FrameReader, type FrameSink, type ReadResult } from './frame-reader.ts';

// Properties take seconds on a busy machine; nothing here waits for real time.
vi.setConfig({ testTimeout: 60_000 });

function collector(maxFrameBytes: number): { frames: Uint8Array[]; sink: FrameSink } {
  const frames: Uint8Array[] = [];
  const sink: FrameSink = {
    maxFrameBytes,
    frame: (bytes, offset, size) => frames.push(bytes.slice(offset, offset + size)) > 0,
  };
  return { frames, sink };
}

const frame = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 300 }))
  .map(([type, body]) => rawFrame(type, body));

describe('FrameReader', () => {
  it('gives the frames back under every split and join of the stream', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), cuts, (sent, sizes) => {
        const { frames, sink } = collector(1024);
        const reader = new FrameReader();
        const stream = joinBytes(sent);
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = sizes.every(s => s === 0) ? 1 : (sizes[i % sizes.length] ?? 1);
          expect(reader.push(stream.slice(at, at + size), sink)).toBe('more');
          at += size;
        }
        expect(frames).toEqual(sent);
      }),
      { numRuns: 500 },
    );
  });

  it('hands on a frame that lies whole in a chunk in place, without a copy', () => {
    const chunk = joinBytes([rawFrame(1, [1]), rawFrame(2, [2])]);
    const seen: [Uint8Array, number][] = [];
    new FrameReader().push(chunk, {
      maxFrameBytes: 100,
      frame: (bytes, offset) => seen.push([bytes, offset]) > 0,
    });
    expect(seen.map(([bytes]) => bytes === chunk)).toEqual([true, true]);
    expect(seen.map(([, offset]) => offset)).toEqual([0, 7]);
  });

  it.each([
    ['a length over the limit', [0, 0, 0, 97, 1, 0], 'too-large'],
    ['the largest length', [255, 255, 255, 255, 1, 0], 'too-large'],
    ['a length below type and flags', [0, 0, 0, 1, 1], 'malformed'],
    ['a length of zero', [0, 0, 0, 0], 'malformed'],
    [
      'a frame of just the limit',
      rawFrame(
        1,
        Array.from({ length: 94 }, () => 0),
      ),
      'more',
    ],
  ] satisfies [string, ArrayLike<number>, ReadResult][])('says of %s, split anywhere: %s', (_title, bytes, verdict) => {
    const stream = Uint8Array.from(bytes);
    for (let cut = 0; cut <= stream.length; cut++) {
      const { sink } = collector(100);
      const reader = new FrameReader();
      const first = reader.push(stream.slice(0, cut), sink);
      expect(first === 'more' ? reader.push(stream.slice(cut), sink) : first).toBe(verdict);
    }
  });

  it('holds what has come of a frame, not what its length promises', () => {
    const { sink } = collector(2 ** 20);
    const reader = new FrameReader();
    reader.push(Uint8Array.of(0, 0x0f, 0xff, 0xf0, 1, 0), sink);
    expect(reader.heldBytes).toBeLessThanOrEqual(2048);
    reader.push(new Uint8Array(10_000), sink);
    expect(reader.heldBytes).toBeLessThanOrEqual(2 * 10_006);
  });

  it('reads no further once the sink has had enough', () => {
    let count = 0;
    const sink: FrameSink = { maxFrameBytes: 100, frame: () => ++count < 2 };
    const reader = new FrameReader();
    expect(reader.push(joinBytes([rawFrame(1), rawFrame(1), rawFrame(1)]), sink)).toBe('stopped');
    expect(count).toBe(2);
  });
});
