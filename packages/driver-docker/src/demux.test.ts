import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineDemultiplexer, type OutputStream } from './demux.ts';

type Line = readonly [string, OutputStream];

function frame(stream: OutputStream, payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream === 'stdout' ? 1 : 2;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

function read(chunks: readonly Buffer[]): readonly Line[] {
  const lines: Line[] = [];
  const demultiplexer = new LineDemultiplexer((line, stream) => lines.push([line, stream]));
  for (const chunk of chunks) demultiplexer.push(chunk);
  demultiplexer.end();
  return lines;
}

/** Cuts the bytes at these places. */
function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const cuts = [0, ...places.map(place => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter(line => !/[\r\n]/.test(line));
const line = fc.tuple(text, fc.constantFrom<OutputStream>('stdout', 'stderr'));

describe('the multiplexed stream', () => {
  test('gives the same lines wherever the chunks are cut', () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), (lines, places) => {
        const bytes = Buffer.concat(lines.map(([words, stream]) => frame(stream, Buffer.from(`${words}\n`))));
        expect(read(cut(bytes, places))).toEqual(lines);
      }),
    );
  });

  test('puts lines together that stand in several frames, characters cut in the middle included', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), fc.array(fc.nat()), fc.array(fc.nat()), (lines, frames, chunks) => {
        const payload = Buffer.from(lines.map(words => `${words}\n`).join(''));
        const bytes = Buffer.concat(cut(payload, frames).map(part => frame('stdout', part)));
        expect(read(cut(bytes, chunks))).toEqual(lines.map(words => [words, 'stdout']));
      }),
    );
  });

  test('keeps a half line of one stream apart from the other', () => {
    const bytes = [
      frame('stdout', Buffer.from('a')),
      frame('stderr', Buffer.from('x\n')),
      frame('stdout', Buffer.from('b\n')),
    ];
    expect(read(bytes)).toEqual([
      ['x', 'stderr'],
      ['ab', 'stdout'],
    ]);
  });

  test('hands on a last line without an end', () => {
    expect(read([frame('stderr', Buffer.from('so far'))])).toEqual([['so far', 'stderr']]);
  });
});
