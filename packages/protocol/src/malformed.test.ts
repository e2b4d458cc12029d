/** A fuzzer over whole sessions: whatever a stranger sends, the peer never throws, and its other links are unharmed. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { TestWorld } from '../test/test-peer.ts';
import { dataFrame, helloFrame, idOf, rawFrame } from '../test/wire.ts';
import { encodeBye } from './bye.ts';
import { decodeData, encodePing } from './frame.ts';
import { decodeHello } from './hello.ts';

// Properties take seconds on a busy machine; nothing here waits for real time.
vi.setConfig({ testTimeout: 60_000 });

const byte = fc.nat(255);

/** A frame of the protocol, of any kind, in any order: many sessions that begin well. */
const validFrame: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(helloFrame()) },
  fc.record({ version: fc.nat(3), listenPort: fc.nat(65535) }).map(helloFrame),
  fc.tuple(byte, fc.integer({ min: 1, max: 9 })).map(([id, ttl]) => dataFrame(id, ttl)),
  fc.tuple(byte, fc.integer({ min: 1, max: 9 })).map(([id, ttl]) => dataFrame(id, ttl, ttl, idOf(0x10))),
  fc.constantFrom(encodePing('ping', idOf(1)), encodePing('pong', idOf(2)), encodeBye('leaving', idOf(3))),
  fc.tuple(byte, fc.array(byte, { maxLength: 80 })).map(([type, body]) => rawFrame(type, body)),
);

/** Some of its bytes changed, or cut off. */
const mutated: fc.Arbitrary<Uint8Array> = fc
  .tuple(validFrame, fc.array(fc.tuple(fc.nat(120), byte), { maxLength: 4 }), fc.nat(200))
  .map(([frame, changes, keep]) => {
    const bytes = frame.slice(0, keep < 20 ? keep : undefined);
    for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
    return bytes;
  });

const chunk = fc.oneof(
  { weight: 5, arbitrary: validFrame },
  { weight: 3, arbitrary: mutated },
  fc.uint8Array({ maxLength: 60 }),
);

const input = fc.record({
  chunks: fc.array(fc.tuple(chunk, fc.constantFrom(0, 0, 0, 5, 20_000)), { maxLength: 12 }),
  direction: fc.constantFrom('in' as const, 'out' as const),
  isHeardFirst: fc.boolean(),
});

describe('a hostile stranger', () => {
  it('cannot make the peer throw, nor harm its other links', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 30), fc.array(input, { minLength: 1, maxLength: 3 }), (seed, inputs) => {
        const world = new TestWorld({ seed, maxDelayMs: 3, isChopping: true, options: { maxFrameBytes: 4096 } });
        const [a, b] = world.wire(2, [[0, 1]]);
        if (a === undefined || b === undefined) throw new Error('two peers');
        for (const { chunks, direction, isHeardFirst } of inputs) {
          const stranger = world.stranger(a, direction);
          if (isHeardFirst) stranger.send(helloFrame({ session: stranger.link.session ?? idOf(0xcc) }));
          for (const [bytes, waitMs] of chunks) {
            stranger.send(bytes);
            if (waitMs > 0) world.clock.run(waitMs);
          }
        }
        world.clock.run(60_000);
        expect(a.peer.neighbour(b.peer.nodeId)?.state).toBe('up');
        const [fromA, fromB] = [a.broadcast(), b.broadcast()];
        world.clock.run(100);
        expect([b.count(fromA), a.count(fromB)]).toEqual([1, 1]);
        expect(a.peer.links.size).toBeLessThanOrEqual(1 + inputs.length);
        for (const messageId of a.delivered.map(({ id }) => id)) expect(a.count(messageId)).toBe(1);
      }),
      { numRuns: 800 },
    );
  });
});

describe('the decoders', () => {
  it('take any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
        decodeData(bytes);
        decodeHello(bytes, 0, bytes.length);
      }),
      { numRuns: 800 },
    );
  });
});
