/**
 * Which peer runs on which of several engines, so that few links lead from one engine to another: blocks of peers by
 * weight (shares.ts), refined by swaps (swaps.ts).
 */
import { search } from '../breadth-first.ts';
import { type Graph, graphFromEdges } from '../graph.ts';
import { crossingLinks } from './crossing-links.ts';
import { sharesOf } from './shares.ts';
import { refineBySwaps } from './swaps.ts';

/** Where every peer is. */
export interface Placement {
  /** `engineOf[i]`: the number of the engine of peer i. */
  readonly engineOf: readonly number[];
  /** Links whose ends are on different engines. */
  readonly crossingLinks: number;
}

/**
 * Places every peer once. The same arguments give the same result. Never do more links cross than between blocks of peers in
 * their order.
 * @param weights of each engine, 0 or more: the share of the peers that it gets, within one peer
 * @param pinned engines by peer: these stay there, by which an engine may get more than its share
 * @throws {RangeError} when no weight is above 0, one is none, or a pin leads nowhere
 */
export function place(
  graph: Graph,
  weights: readonly number[],
  pinned: ReadonlyMap<number, number> = new Map(),
): Placement {
  check(graph.peerCount, weights, pinned);
  const links = undirected(graph);
  const shares = sharesOf(graph.peerCount, weights, [...pinned.values()]);
  const inOrder = Array.from({ length: graph.peerCount }, (_, peer) => peer);
  const byOrder = refined(inOrder);
  // Where neighbours have far numbers, blocks of near peers are the better start.
  const byNearness = refined(nearestFirst(links));
  return byNearness.crossingLinks < byOrder.crossingLinks ? byNearness : byOrder;

  function refined(order: readonly number[]): Placement {
    const engineOf = blocks(order, shares, pinned);
    refineBySwaps(links, engineOf, weights.length, pinned);
    return { engineOf, crossingLinks: crossingLinks(links, engineOf) };
  }
}

/** Consecutive peers on one engine, then on the next. */
function blocks(order: readonly number[], shares: readonly number[], pinned: ReadonlyMap<number, number>): number[] {
  const engineOf = new Array<number>(order.length).fill(0);
  const left = [...shares];
  for (const engine of pinned.values()) left[engine] = (left[engine] ?? 0) - 1;
  let engine = 0;
  for (const peer of order) {
    const pin = pinned.get(peer);
    if (pin === undefined) {
      while ((left[engine] ?? 1) <= 0) engine++;
      left[engine] = (left[engine] ?? 0) - 1;
    }
    engineOf[peer] = pin ?? engine;
  }
  return engineOf;
}

/** Every peer, by its distance from one that is as far out as any: part after part. */
function nearestFirst(graph: Graph): number[] {
  const found = new Int32Array(graph.peerCount).fill(-1);
  const order = new Uint32Array(graph.peerCount);
  const all: number[] = [];
  for (let peer = 0; peer < graph.peerCount; peer++) {
    if (found[peer] !== -1) continue;
    const size = search(graph, peer, found, order);
    const furthest = order[size - 1] ?? peer;
    const count = search(graph, furthest, new Int32Array(graph.peerCount).fill(-1), order);
    all.push(...order.subarray(0, count));
  }
  return all;
}

/** The same pairs of peers, linked both ways. */
function undirected(graph: Graph): Graph {
  return graph.incoming === undefined ? graph : graphFromEdges(graph.peerCount, arcsOf(graph));
}

function* arcsOf({ peerCount, offsets, targets }: Graph): Generator<readonly [number, number]> {
  for (let peer = 0; peer < peerCount; peer++) {
    for (let lane = offsets[peer] ?? 0; lane < (offsets[peer + 1] ?? 0); lane++) yield [peer, targets[lane] ?? 0];
  }
}

function check(peerCount: number, weights: readonly number[], pinned: ReadonlyMap<number, number>): void {
  if (!weights.every(weight => Number.isFinite(weight) && weight >= 0) || !weights.some(weight => weight > 0)) {
    throw new RangeError(`weights of engines are 0 or more, and one at least is above 0: not ${weights.join(', ')}`);
  }
  for (const [peer, engine] of pinned) {
    if (!(Number.isInteger(peer) && peer >= 0 && peer < peerCount)) throw new RangeError(`there is no peer ${peer}`);
    if (weights[engine] === undefined) throw new RangeError(`there is no engine ${engine}`);
  }
}
