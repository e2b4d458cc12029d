/** Virtual time: events in order of time, and of their making where times are equal. No real timer anywhere. */

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** More events than any test needs: past it a test hangs in virtual time. */
const MAX_EVENTS = 2_000_000;

/** See the module's header. */
export class VirtualClock {
  nowMs = 0;
  #heap: Event[] = [];
  #made = 0;
  #ran = 0;

  /** Runs something at a time, or now when that has passed. */
  at(atMs: number, run: () => void): void {
    const event = { atMs: Math.max(atMs, this.nowMs), order: this.#made++, run };
    const heap = this.#heap;
    let i = heap.push(event) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(event, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = event;
  }

  /** Runs every event up to a time, and stands there. */
  runUntil(untilMs: number): void {
    for (let event = this.#heap[0]; event !== undefined && event.atMs <= untilMs; event = this.#heap[0]) {
      this.#pop();
      if (++this.#ran > MAX_EVENTS) throw new Error(`more than ${MAX_EVENTS} events in virtual time`);
      this.nowMs = event.atMs;
      event.run();
    }
    this.nowMs = untilMs;
  }

  /** Runs on for so many milliseconds. */
  run(durationMs: number): void {
    this.runUntil(this.nowMs + durationMs);
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let i = 0;
    for (;;) {
      const left = heap[2 * i + 1];
      const right = heap[2 * i + 2];
      if (left === undefined) break;
      const child = right !== undefined && isBefore(right, left) ? 2 * i + 2 : 2 * i + 1;
      const below = heap[child];
      if (below === undefined || !isBefore(below, last)) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
