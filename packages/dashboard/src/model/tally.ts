/** How often something had happened at a moment, on either clock. */
import { type Clock, type Moment, on } from './timeline.ts';

/** Moments that are kept singly; of older ones only how many there were. @default 20000: 320 kB */
const MAX_MOMENTS = 20_000;

/** See the module's header. */
export class Tally {
  #before = 0;
  #moments: Moment[] = [];
  readonly #revision: () => number;
  readonly #sorted: Map<Clock, { readonly revision: number; readonly values: Float64Array }> = new Map();

  /** @param revision grows whenever the moments may stand elsewhere on the hop clock */
  constructor(revision: () => number) {
    this.#revision = revision;
  }

  /** How often in all. */
  get total(): number {
    return this.#before + this.#moments.length;
  }

  add(moment: Moment): void {
    this.#moments.push(moment);
    if (this.#moments.length <= MAX_MOMENTS) return;
    this.#before += MAX_MOMENTS / 2;
    this.#moments = this.#moments.slice(MAX_MOMENTS / 2);
  }

  /** How often until then, included. */
  until(clock: Clock, ms: number): number {
    const revision = this.#revision();
    let sorted = this.#sorted.get(clock);
    if (sorted?.revision !== revision) {
      sorted = { revision, values: Float64Array.from(this.#moments, moment => on(clock, moment)).sort() };
      this.#sorted.set(clock, sorted);
    }
    return this.#before + upperBound(sorted.values, ms);
  }
}

/** How many of ascending values are at most this. */
function upperBound(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
