/** Edges while a graph is made, as two typed arrays: in the order in which they were drawn, with the end that dials first. */
import { EdgeSet } from './edge-set.ts';

/** Edges as two arrays of ends; the same edge may appear more than once. */
export interface EdgeList {
  /** `a[i]` dials `b[i]`. */
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  /** How many entries of the arrays count. */
  readonly count: number;
}

/** A growing {@link EdgeList}. */
export class EdgeBuffer implements EdgeList {
  a: Uint32Array;
  b: Uint32Array;
  count = 0;

  /** @param expected how many edges there will be, about */
  constructor(expected: number) {
    this.a = new Uint32Array(Math.max(16, Math.ceil(expected)));
    this.b = new Uint32Array(this.a.length);
  }

  add(a: number, b: number): void {
    const at = this.count++;
    if (at >= this.a.length) {
      this.a = doubled(this.a);
      this.b = doubled(this.b);
    }
    this.a[at] = a;
    this.b[at] = b;
  }
}

/** @throws RangeError for an end that is no whole number from 0 to 2^32 - 1, which the arrays cannot hold */
export function edgeListOf(pairs: Iterable<readonly [number, number]>): EdgeList {
  const edges = new EdgeBuffer(0);
  for (const [a, b] of pairs) {
    if (a >>> 0 !== a || b >>> 0 !== b) throw new RangeError(`no edge: ${a}-${b}`);
    edges.add(a, b);
  }
  return edges;
}

/** The edges without repetitions, in either direction. */
export function distinctEdges(peerCount: number, { a, b, count }: EdgeList): EdgeList {
  const known = new EdgeSet(peerCount, count);
  const distinct = new EdgeBuffer(count);
  for (let i = 0; i < count; i++) {
    const from = a[i] ?? 0;
    const to = b[i] ?? 0;
    if (known.add(from, to)) distinct.add(from, to);
  }
  return distinct;
}

function doubled(from: Uint32Array): Uint32Array {
  const to = new Uint32Array(2 * from.length);
  to.set(from);
  return to;
}
