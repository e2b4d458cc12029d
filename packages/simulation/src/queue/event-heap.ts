/** A priority queue of objects by time; what was pushed first comes first among equals, so that order is never chance. */

interface Entry<T> {
  readonly atUs: number;
  readonly seq: number;
  readonly item: T;
}

/** See the module's header: a binary heap. The wheel of time-wheel.ts is faster, and holds numbers only. */
export class EventHeap<T> {
  readonly #entries: Entry<T>[] = [];
  #seq = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** The time of the next item; Infinity when there is none. */
  get nextUs(): number {
    return this.#entries[0]?.atUs ?? Number.POSITIVE_INFINITY;
  }

  push(atUs: number, item: T): void {
    const entries = this.#entries;
    const entry = { atUs, seq: this.#seq++, item };
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = entries[parentAt];
      if (parent === undefined || !isBefore(entry, parent)) break;
      entries[at] = parent;
      at = parentAt;
    }
    entries[at] = entry;
  }

  /** Takes the next item out. */
  pop(): T | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (first === undefined || last === undefined || entries.length === 0) return first?.item;
    let at = 0;
    for (;;) {
      let childAt = 2 * at + 1;
      let child = entries[childAt];
      if (child === undefined) break;
      const right = entries[childAt + 1];
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        childAt++;
      }
      if (!isBefore(child, last)) break;
      entries[at] = child;
      at = childAt;
    }
    entries[at] = last;
    return first.item;
  }
}

function isBefore<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.seq < b.seq);
}
