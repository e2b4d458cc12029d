/** What a shaped link holds back, in virtual time. */
import type { LinkSettings } from '@peerlab/conditions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DelayLine } from './delay-line.ts';

/** A line, and what came out of it: each frame by its number, with its time. */
class Watched {
  nowMs = 0;
  readonly line: DelayLine;
  readonly out: { readonly n: number; readonly atMs: number }[] = [];

  constructor(settings: LinkSettings, key = 1) {
    this.line = new DelayLine(settings, key, () => this.nowMs);
  }

  /** Sends a frame that is known by its number. */
  send(n: number, sizeBytes = 10, isData = true): boolean {
    const bytes = new Uint8Array(sizeBytes);
    new DataView(bytes.buffer).setUint32(0, n);
    return this.line.take(bytes, isData);
  }

  /** Lets time pass to the end, or to a moment. */
  run(untilMs = Number.POSITIVE_INFINITY): this {
    while (this.line.nextAtMs <= untilMs && this.line.nextAtMs !== Number.POSITIVE_INFINITY) {
      this.nowMs = Math.max(this.nowMs, this.line.nextAtMs);
      for (const bytes of this.line.due()) {
        this.out.push({ n: new DataView(bytes.buffer).getUint32(0), atMs: this.nowMs });
      }
    }
    if (untilMs !== Number.POSITIVE_INFINITY) this.nowMs = untilMs;
    return this;
  }
}

const order = (watched: Watched): number[] => watched.out.map(({ n }) => n);

describe('DelayLine', () => {
  it('holds a frame back for exactly its latency, and takes no time where there is none', () => {
    const slow = new Watched({ latencyMs: 50 });
    slow.nowMs = 1000;
    slow.send(1);
    slow.run(1049.999);
    expect(slow.out).toEqual([]);
    expect(slow.run().out).toEqual([{ n: 1, atMs: 1050 }]);
    const plain = new Watched({});
    plain.send(1);
    expect(plain.run().out).toEqual([{ n: 1, atMs: 0 }]);
  });

  it('keeps the order of a stream, whatever the delays, and loses nothing that is not always lost', () => {
    const settings = fc.record({
      latency: fc.constant({ kind: 'exponential', meanMs: 20 } as const),
      jitterMs: fc.integer({ min: 0, max: 30 }),
      lossRatio: fc.double({ min: 0, max: 0.9, noNaN: true }),
    });
    fc.assert(
      fc.property(settings, fc.integer(), fc.array(fc.nat(20), { maxLength: 60 }), (link, key, pauses) => {
        const watched = new Watched(link, key);
        for (const [n, pause] of pauses.entries()) {
          expect(watched.send(n)).toBe(true);
          watched.run(watched.nowMs + pause);
        }
        expect(order(watched.run())).toEqual(pauses.map((_, n) => n));
        expect(watched.line.waitingBytes).toBe(0);
      }),
    );
  });

  it('lets datagrams overtake and get lost, and says which are', () => {
    const watched = new Watched({
      latencyMs: { uniform: { min: 0, max: 100 } },
      lossRatio: 0.2,
      delivery: 'datagram',
    });
    const kept = Array.from({ length: 500 }, (_, n) => n).filter(n => watched.send(n));
    watched.run();
    expect(order(watched)).not.toEqual(kept);
    expect(order(watched).sort((a, b) => a - b)).toEqual(kept);
    // Of 500 draws at 0.2 the standard deviation is 9.
    expect(Math.abs(500 - kept.length - 100)).toBeLessThan(45);
    expect(watched.out.map(({ atMs }) => atMs)).toEqual(watched.out.map(({ atMs }) => atMs).sort((a, b) => a - b));
  });

  it('never loses a control frame of a datagram link', () => {
    const watched = new Watched({ lossRatio: 0.9, delivery: 'datagram' });
    for (let n = 0; n < 100; n++) expect(watched.send(n, 10, false)).toBe(true);
    expect(order(watched.run())).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('takes the time of its bytes for a frame, and tells how many wait', () => {
    // 1000 kbit/s: 125 bytes take 1 ms.
    const watched = new Watched({ bandwidthKbps: 1000 });
    for (let n = 0; n < 4; n++) watched.send(n, 125);
    expect(watched.line.waitingBytes).toBe(500);
    watched.run(2.5);
    expect(watched.line.waitingBytes).toBe(250);
    expect(watched.run().out.map(({ atMs }) => atMs)).toEqual([1, 2, 3, 4]);
  });

  it('keeps what waits, in order, when the settings change', () => {
    const watched = new Watched({ latencyMs: 100 });
    watched.send(1);
    watched.line.settings = {};
    watched.send(2);
    watched.run();
    expect(watched.out).toEqual([
      { n: 1, atMs: 100 },
      { n: 2, atMs: 100 },
    ]);
    watched.send(3);
    expect(watched.line.nextAtMs).toBe(100);
  });

  it('draws differently with another key, and alike with the same', () => {
    const times = (key: number): number[] => {
      const watched = new Watched({ latencyMs: { uniform: { min: 0, max: 100 } }, delivery: 'datagram' }, key);
      for (let n = 0; n < 10; n++) watched.send(n);
      return watched.run().out.map(({ atMs }) => atMs);
    };
    expect(times(1)).toEqual(times(1));
    expect(times(1)).not.toEqual(times(2));
  });
});
