import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventHeap } from './event-heap.ts';
import { FrameHeap } from './frame-heap.ts';
import type { FrameQueue } from './frame-queue.ts';
import { MAX_SPAN_US, TimeWheel } from './time-wheel.ts';

/** Pushes (a delay from now) and pops, in the order in which a simulation makes them. */
const script = fc.array(
  fc.oneof(
    fc.record({ delayUs: fc.oneof(fc.nat(20), fc.nat(5000), fc.nat(3 * MAX_SPAN_US)) }),
    fc.constant('pop' as const),
  ),
  { maxLength: 300 },
);

type Script = typeof script extends fc.Arbitrary<infer T> ? T : never;

/** What a queue gives, with what is left at the end. */
function play(queue: FrameQueue, steps: Script): number[] {
  const popped: number[] = [];
  let id = 0;
  const take = (): boolean => {
    const there = queue.pop();
    if (there) popped.push(queue.atUs, queue.to, queue.from, queue.ttl);
    return there;
  };
  for (const step of steps) {
    if (step === 'pop') take();
    else {
      queue.push(queue.atUs + step.delayUs, id, id + 1000, (id % 65535) + 1);
      id++;
    }
  }
  while (take());
  expect(queue.size).toBe(0);
  return popped;
}

/** The same by looking for the least each time. */
class PlainQueue implements FrameQueue {
  readonly #frames: { atUs: number; to: number; from: number; ttl: number }[] = [];
  readonly sizeBytes = 0;
  atUs = 0;
  to = 0;
  from = 0;
  ttl = 0;
  get size(): number {
    return this.#frames.length;
  }
  push(atUs: number, to: number, from: number, ttl: number): void {
    this.#frames.push({ atUs, to, from, ttl });
  }
  pop(): boolean {
    let least = 0;
    this.#frames.forEach((frame, i) => {
      if (frame.atUs < (this.#frames[least]?.atUs ?? 0)) least = i;
    });
    const [frame] = this.#frames.splice(least, 1);
    if (frame === undefined) return false;
    Object.assign(this, frame);
    return true;
  }
}

describe.each([
  ['the wheel', () => new TimeWheel(100)],
  ['a wheel of the longest span', () => new TimeWheel(MAX_SPAN_US, 1)],
  ['the heap', () => new FrameHeap()],
])('%s', (_, create) => {
  it('gives frames by time, and among equals in the order in which they came', () => {
    fc.assert(
      fc.property(script, steps => {
        expect(play(create(), steps)).toEqual(play(new PlainQueue(), steps));
      }),
      { numRuns: 25 },
    );
  });

  it('keeps growing when many frames are under way', () => {
    const queue = create();
    for (let i = 0; i < 50_000; i++) queue.push((i * 7919) % 10_007, i, 0, 1);
    let last = -1;
    const outOfOrder: number[] = [];
    let count = 0;
    while (queue.pop()) {
      if (queue.atUs < last) outOfOrder.push(queue.atUs);
      last = queue.atUs;
      count++;
    }
    expect(outOfOrder).toEqual([]);
    expect(count).toBe(50_000);
  });
});

describe('EventHeap', () => {
  it('gives items by time, and among equals in the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), times => {
        const heap = new EventHeap<number>();
        times.forEach((atUs, i) => {
          heap.push(atUs, i);
        });
        const order = times.map((atUs, i) => ({ atUs, i })).sort((a, b) => a.atUs - b.atUs || a.i - b.i);
        for (const { atUs, i } of order) {
          expect(heap.nextUs).toBe(atUs);
          expect(heap.pop()).toBe(i);
        }
        expect(heap.pop()).toBeUndefined();
        expect(heap.nextUs).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });
});
