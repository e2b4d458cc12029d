/** A graph in compressed sparse rows: two typed arrays, four bytes for each lane and peer, for 10^7 peers if need be. */
import { SimulationError } from '../simulation-error.ts';

/** An undirected graph without loops and double links. */
export interface CsrGraph {
  readonly peerCount: number;
  /** `offsets[v]` to `offsets[v + 1] - 1` are the lanes that leave v. `offsets.length` is `peerCount + 1`. */
  readonly offsets: Uint32Array;
  /** `targets[lane]`: where a lane leads; ascending within each peer. Every link stands here twice. */
  readonly targets: Uint32Array;
}

/** Undirected links as two arrays of ends; the same link may stand in it more than once. */
export interface EdgeList {
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  /** How many entries of the arrays count. */
  readonly count: number;
}

/** Links of a graph. */
export function linkCount(graph: CsrGraph): number {
  return graph.targets.length / 2;
}

/** How many links a peer has. */
export function degreeOf(graph: CsrGraph, peer: number): number {
  return (graph.offsets[peer + 1] ?? 0) - (graph.offsets[peer] ?? 0);
}

/**
 * Builds the rows. A link that stands more than once counts once; a loop is left out.
 */
export function csrFromEdges(peerCount: number, edges: EdgeList): CsrGraph {
  const { a, b, count } = edges;
  const starts = new Uint32Array(peerCount + 1);
  for (let i = 0; i < count; i++) {
    const from = a[i] ?? 0;
    const to = b[i] ?? 0;
    if (from === to) continue;
    starts[from + 1] = (starts[from + 1] ?? 0) + 1;
    starts[to + 1] = (starts[to + 1] ?? 0) + 1;
  }
  for (let v = 0; v < peerCount; v++) starts[v + 1] = (starts[v + 1] ?? 0) + (starts[v] ?? 0);
  const targets = new Uint32Array(starts[peerCount] ?? 0);
  const next = starts.slice(0, peerCount);
  const put = (from: number, to: number): void => {
    const at = next[from] ?? 0;
    targets[at] = to;
    next[from] = at + 1;
  };
  for (let i = 0; i < count; i++) {
    const from = a[i] ?? 0;
    const to = b[i] ?? 0;
    if (from === to) continue;
    put(from, to);
    put(to, from);
  }
  return compact(peerCount, starts, targets);
}

/**
 * The graph with these links, for lists written by hand or read from a topology.
 * @throws {SimulationError} `BAD_SETTING` for an end that is no peer
 */
export function csrFromLinks(peerCount: number, links: readonly (readonly [number, number])[]): CsrGraph {
  for (const link of links) {
    for (const end of link) {
      if (Number.isInteger(end) && end >= 0 && end < peerCount) continue;
      throw new SimulationError('BAD_SETTING', `a link to peer ${end} of ${peerCount}`, 'peers are 0 to peerCount - 1');
    }
  }
  const a = Uint32Array.from(links, link => link[0]);
  const b = Uint32Array.from(links, link => link[1]);
  return csrFromEdges(peerCount, { a, b, count: links.length });
}

/** The links of a graph, each once, in ascending order of the lower end, then of the upper. */
export function* linksOf(graph: CsrGraph): Generator<readonly [number, number]> {
  for (let v = 0; v < graph.peerCount; v++) {
    for (let lane = graph.offsets[v] ?? 0; lane < (graph.offsets[v + 1] ?? 0); lane++) {
      const to = graph.targets[lane] ?? 0;
      if (to > v) yield [v, to];
    }
  }
}

/** Sorts each row, and takes doubles out. */
function compact(peerCount: number, starts: Uint32Array, targets: Uint32Array): CsrGraph {
  const offsets = new Uint32Array(peerCount + 1);
  let out = 0;
  for (let v = 0; v < peerCount; v++) {
    const start = starts[v] ?? 0;
    const end = starts[v + 1] ?? 0;
    sortRow(targets, start, end);
    let previous = -1;
    for (let i = start; i < end; i++) {
      const to = targets[i] ?? 0;
      if (to === previous) continue;
      targets[out++] = to;
      previous = to;
    }
    offsets[v + 1] = out;
  }
  return { peerCount, offsets, targets: out === targets.length ? targets : targets.slice(0, out) };
}

function sortRow(targets: Uint32Array, start: number, end: number): void {
  // Rows are short as a rule: insertion beats a sort that must be called.
  if (end - start > 48) {
    targets.subarray(start, end).sort();
    return;
  }
  for (let i = start + 1; i < end; i++) {
    const value = targets[i] ?? 0;
    let at = i;
    for (; at > start && (targets[at - 1] ?? 0) > value; at--) targets[at] = targets[at - 1] ?? 0;
    targets[at] = value;
  }
}
