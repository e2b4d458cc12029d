/** The frame queue as a heap with four children to a node, in typed arrays. Any times; slower than the wheel. */
import type { FrameQueue } from './frame-queue.ts';

const FIELDS = 3;

/** See the module's header. */
export class FrameHeap implements FrameQueue {
  #times: Float64Array = new Float64Array(64);
  #seqs: Float64Array = new Float64Array(64);
  #fields: Int32Array = new Int32Array(64 * FIELDS);
  #seq = 0;
  size = 0;
  atUs = 0;
  to = 0;
  from = 0;
  ttl = 0;

  get sizeBytes(): number {
    return this.#times.byteLength + this.#seqs.byteLength + this.#fields.byteLength;
  }

  /** The time of the next frame; Infinity when there is none. */
  get nextUs(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] ?? 0);
  }

  push(atUs: number, to: number, from: number, ttl: number): void {
    if (this.size === this.#times.length) this.#grow();
    const times = this.#times;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      // What was pushed later never goes before its equals.
      if ((times[parent] ?? 0) <= atUs) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, atUs, this.#seq++, to, from, ttl);
  }

  pop(): boolean {
    if (this.size === 0) return false;
    const fields = this.#fields;
    this.atUs = this.#times[0] ?? 0;
    this.to = fields[0] ?? 0;
    this.from = fields[1] ?? 0;
    this.ttl = fields[2] ?? 0;
    const last = --this.size;
    if (last > 0) this.#sink(last);
    return true;
  }

  /** Puts the element at `last` in at the top, and down to its place. */
  #sink(last: number): void {
    const times = this.#times;
    const seqs = this.#seqs;
    const time = times[last] ?? 0;
    const seq = seqs[last] ?? 0;
    let at = 0;
    for (;;) {
      let least = -1;
      let leastTime = time;
      let leastSeq = seq;
      const first = 4 * at + 1;
      const end = Math.min(first + 4, last);
      for (let child = first; child < end; child++) {
        const childTime = times[child] ?? 0;
        if (childTime > leastTime) continue;
        const childSeq = seqs[child] ?? 0;
        if (childTime === leastTime && childSeq > leastSeq) continue;
        least = child;
        leastTime = childTime;
        leastSeq = childSeq;
      }
      if (least === -1) break;
      this.#move(least, at);
      at = least;
    }
    const from = last * FIELDS;
    const fields = this.#fields;
    this.#put(at, time, seq, fields[from] ?? 0, fields[from + 1] ?? 0, fields[from + 2] ?? 0);
  }

  #put(at: number, time: number, seq: number, to: number, from: number, ttl: number): void {
    this.#times[at] = time;
    this.#seqs[at] = seq;
    const fields = this.#fields;
    fields[at * FIELDS] = to;
    fields[at * FIELDS + 1] = from;
    fields[at * FIELDS + 2] = ttl;
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] ?? 0;
    this.#seqs[to] = this.#seqs[from] ?? 0;
    const fields = this.#fields;
    for (let i = 0; i < FIELDS; i++) fields[to * FIELDS + i] = fields[from * FIELDS + i] ?? 0;
  }

  #grow(): void {
    const capacity = 2 * this.#times.length;
    const times = new Float64Array(capacity);
    times.set(this.#times);
    this.#times = times;
    const seqs = new Float64Array(capacity);
    seqs.set(this.#seqs);
    this.#seqs = seqs;
    const fields = new Int32Array(capacity * FIELDS);
    fields.set(this.#fields);
    this.#fields = fields;
  }
}
