/** A set of undirected edges in one typed array: tells whether an edge is there while a graph is made. */
import { mix32 } from './random/mix32.ts';

const EMPTY = -1;
const REMOVED = -2;

/** Edges between peers 0 to 2^26 - 1: open addressing, at most half full. */
export class EdgeSet {
  readonly #peerCount: number;
  readonly #keys: Float64Array;
  readonly #mask: number;

  /** @param capacity the most edges that are ever added, those that were removed again included */
  constructor(peerCount: number, capacity: number) {
    this.#peerCount = peerCount;
    this.#mask = 2 ** Math.ceil(Math.log2(2 * Math.max(8, capacity))) - 1;
    this.#keys = new Float64Array(this.#mask + 1).fill(EMPTY);
  }

  has(a: number, b: number): boolean {
    return this.#keys[this.#find(a, b)] !== EMPTY;
  }

  /** True when it was not there before. */
  add(a: number, b: number): boolean {
    const at = this.#find(a, b);
    if (this.#keys[at] !== EMPTY) return false;
    this.#keys[at] = this.#key(a, b);
    return true;
  }

  remove(a: number, b: number): void {
    const at = this.#find(a, b);
    if (this.#keys[at] !== EMPTY) this.#keys[at] = REMOVED;
  }

  #key(a: number, b: number): number {
    return a < b ? a * this.#peerCount + b : b * this.#peerCount + a;
  }

  #find(a: number, b: number): number {
    const key = this.#key(a, b);
    let at = mix32(Math.min(a, b) ^ Math.imul(Math.max(a, b), 0x9e3779b1)) & this.#mask;
    for (;;) {
      const found = this.#keys[at];
      if (found === key || found === EMPTY) return at;
      at = (at + 1) & this.#mask;
    }
  }
}
