/**
 * The frame queue as a calendar of one-microsecond buckets: pushing and popping take constant time, and a bucket needs
 * no sorting, since all of its frames arrive at once. The wheel covers a span from now on; what lies beyond waits in a
 * heap and moves in as time goes on. A bitmap of two levels finds the next bucket that is not empty.
 */
import { FrameHeap } from './frame-heap.ts';
import type { FrameQueue } from './frame-queue.ts';

/** The longest span, in microseconds: 4.2 s, 34 MB. Longer delays work, by the heap. */
export const MAX_SPAN_US: number = 2 ** 22;
const MIN_SPAN_US = 2 ** 10;

const NONE = -1;
/** Numbers for each frame: to, from, TTL, the next of its bucket (or of the free ones). Together one half cache line. */
const FIELDS = 4;

/** See the module's header. */
export class TimeWheel implements FrameQueue {
  readonly #span: number;
  readonly #mask: number;
  /** `#ends[2 * bucket]` is the first frame of a bucket, `+ 1` its last. */
  readonly #ends: Int32Array;
  /** Bit i of word w: bucket 32w + i has frames. */
  readonly #words: Uint32Array;
  /** Bit i of word s: word 32s + i of the words has bits. */
  readonly #summary: Uint32Array;
  readonly #later: FrameHeap = new FrameHeap();
  #frames: Int32Array;
  #free = NONE;
  #used = 0;
  #inWheel = 0;
  atUs = 0;
  to = 0;
  from = 0;
  ttl = 0;

  /**
   * @param longestUs how long frames are under way, as a rule
   * @param expected how many frames are under way at once, about
   */
  constructor(longestUs: number, expected = 1024) {
    let span = MIN_SPAN_US;
    while (span <= longestUs && span < MAX_SPAN_US) span *= 2;
    this.#span = span;
    this.#mask = span - 1;
    this.#ends = new Int32Array(2 * span).fill(NONE);
    this.#words = new Uint32Array(span / 32);
    this.#summary = new Uint32Array(Math.ceil(span / 1024));
    this.#frames = new Int32Array(Math.max(16, expected) * FIELDS);
  }

  get size(): number {
    return this.#inWheel + this.#later.size;
  }

  get sizeBytes(): number {
    const wheel = this.#ends.byteLength + this.#words.byteLength + this.#summary.byteLength;
    return wheel + this.#frames.byteLength + this.#later.sizeBytes;
  }

  push(atUs: number, to: number, from: number, ttl: number): void {
    if (atUs - this.atUs >= this.#span) this.#later.push(atUs, to, from, ttl);
    else this.#insert(atUs, to, from, ttl);
  }

  pop(): boolean {
    if (this.#inWheel === 0) {
      if (this.#later.size === 0) return false;
      this.#advance(this.#later.nextUs);
    }
    const bucket = this.#nextBucket(this.atUs & this.#mask);
    const offset = (bucket - this.atUs) & this.#mask;
    if (offset > 0) this.#advance(this.atUs + offset);
    const ends = this.#ends;
    const frames = this.#frames;
    const frame = ends[2 * bucket] ?? 0;
    const at = frame * FIELDS;
    this.to = frames[at] ?? 0;
    this.from = frames[at + 1] ?? 0;
    this.ttl = frames[at + 2] ?? 0;
    const next = frames[at + 3] ?? 0;
    ends[2 * bucket] = next;
    if (next === NONE) this.#clearBit(bucket);
    frames[at + 3] = this.#free;
    this.#free = frame;
    this.#inWheel--;
    return true;
  }

  #insert(atUs: number, to: number, from: number, ttl: number): void {
    let frame = this.#free;
    if (frame === NONE) {
      frame = this.#used++;
      if (frame * FIELDS >= this.#frames.length) this.#grow();
    } else {
      this.#free = this.#frames[frame * FIELDS + 3] ?? NONE;
    }
    const frames = this.#frames;
    const at = frame * FIELDS;
    frames[at] = to;
    frames[at + 1] = from;
    frames[at + 2] = ttl;
    frames[at + 3] = NONE;
    const bucket = atUs & this.#mask;
    const ends = this.#ends;
    if (ends[2 * bucket] === NONE) {
      ends[2 * bucket] = frame;
      this.#setBit(bucket);
    } else {
      frames[(ends[2 * bucket + 1] ?? 0) * FIELDS + 3] = frame;
    }
    ends[2 * bucket + 1] = frame;
    this.#inWheel++;
  }

  /** Sets the time; frames that come into the span move in before anything can be pushed to their buckets. */
  #advance(toUs: number): void {
    this.atUs = toUs;
    const later = this.#later;
    while (later.nextUs - toUs < this.#span) {
      later.pop();
      this.#insert(later.atUs, later.to, later.from, later.ttl);
    }
  }

  /** The first bucket with frames from this one on, around the wheel. There is one. */
  #nextBucket(from: number): number {
    const here = from >>> 5;
    const rest = (this.#words[here] ?? 0) & (-1 << (from & 31));
    if (rest !== 0) return (here << 5) + lowestBit(rest);
    const word = this.#nextWord((here + 1) & (this.#words.length - 1));
    return (word << 5) + lowestBit(this.#words[word] ?? 0);
  }

  #nextWord(from: number): number {
    const summary = this.#summary;
    let at = from >>> 5;
    let bits = (summary[at] ?? 0) & (-1 << (from & 31));
    while (bits === 0) {
      at = at + 1 === summary.length ? 0 : at + 1;
      bits = summary[at] ?? 0;
    }
    return (at << 5) + lowestBit(bits);
  }

  #setBit(bucket: number): void {
    const word = bucket >>> 5;
    this.#words[word] = (this.#words[word] ?? 0) | (1 << (bucket & 31));
    this.#summary[word >>> 5] = (this.#summary[word >>> 5] ?? 0) | (1 << (word & 31));
  }

  #clearBit(bucket: number): void {
    const word = bucket >>> 5;
    const rest = (this.#words[word] ?? 0) & ~(1 << (bucket & 31));
    this.#words[word] = rest;
    if (rest === 0) this.#summary[word >>> 5] = (this.#summary[word >>> 5] ?? 0) & ~(1 << (word & 31));
  }

  #grow(): void {
    const frames = new Int32Array(2 * this.#frames.length);
    frames.set(this.#frames);
    this.#frames = frames;
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
