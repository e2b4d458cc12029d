/**
 * Better placements by swapping peers between two engines at a time, as Kernighan and Lin do ("An efficient heuristic
 * procedure for partitioning graphs", 1970): a row of swaps, each the best of its moment even where it costs, of which the
 * best beginning is kept. How many peers an engine has stays as it is.
 */
import type { Graph } from '../graph.ts';
import { Gains } from './gains.ts';

/** Swaps without a new best that end a row of them: on graphs of 50 to 1,000 peers more never found anything better. */
const PATIENCE = 64;

/** Swaps peers until no pair of engines gains from it. @param engineOf changed in place, never for a pinned peer */
export function refineBySwaps(
  graph: Graph,
  engineOf: number[],
  engineCount: number,
  pinned: ReadonlyMap<number, number>,
): void {
  let isBetter = true;
  while (isBetter) {
    isBetter = false;
    for (let a = 0; a < engineCount; a++) {
      for (let b = a + 1; b < engineCount; b++) {
        while (improve(graph, engineOf, a, b, pinned)) isBetter = true;
      }
    }
  }
}

/** One row of swaps between two engines. @returns whether fewer links cross now */
function improve(graph: Graph, engineOf: number[], a: number, b: number, pinned: ReadonlyMap<number, number>): boolean {
  const [here, there] = [gainsOf(graph, engineOf, a, b, pinned), gainsOf(graph, engineOf, b, a, pinned)];
  const swaps: Swap[] = [];
  let [sum, best, bestLength] = [0, 0, 0];
  while (here.size > 0 && there.size > 0 && swaps.length - bestLength < PATIENCE) {
    const swap = bestSwap(graph, here, there);
    swaps.push(swap);
    sum += swap.gain;
    here.delete(swap.here);
    there.delete(swap.there);
    move(graph, engineOf, swap.here, b, here, there);
    move(graph, engineOf, swap.there, a, here, there);
    if (sum > best) [best, bestLength] = [sum, swaps.length];
  }
  for (const swap of swaps.slice(bestLength)) [engineOf[swap.here], engineOf[swap.there]] = [a, b];
  return best > 0;
}

/** What each peer of an engine that may move gains on the other one. */
function gainsOf(
  graph: Graph,
  engineOf: readonly number[],
  engine: number,
  other: number,
  pinned: ReadonlyMap<number, number>,
): Gains {
  const gains = new Gains();
  for (const [peer, at] of engineOf.entries()) {
    if (at === engine && !pinned.has(peer)) gains.set(peer, gainOf(graph, engineOf, peer, other));
  }
  return gains;
}

/** How many links fewer would cross with the peer on the other engine. */
function gainOf({ offsets, targets }: Graph, engineOf: readonly number[], peer: number, other: number): number {
  let gain = 0;
  for (let lane = offsets[peer] ?? 0; lane < (offsets[peer + 1] ?? 0); lane++) {
    const engine = engineOf[targets[lane] ?? 0];
    if (engine === other) gain++;
    else if (engine === engineOf[peer]) gain--;
  }
  return gain;
}

/** A peer of each engine. */
interface Swap {
  readonly here: number;
  readonly there: number;
  readonly gain: number;
}

/** The best partner of each side's best peer; the better of the two swaps. */
function bestSwap(graph: Graph, here: Gains, there: Gains): Swap {
  const swapOf = (one: number, other: number): Swap => {
    const gain = (here.of(one) ?? 0) + (there.of(other) ?? 0) - (isLinked(graph, one, other) ? 2 : 0);
    return { here: one, there: other, gain };
  };
  const [one, other] = [here.best(), there.best()];
  const first = swapOf(
    one,
    there.best(peer => isLinked(graph, one, peer)),
  );
  const second = swapOf(
    here.best(peer => isLinked(graph, other, peer)),
    other,
  );
  return second.gain > first.gain ? second : first;
}

function isLinked({ offsets, targets }: Graph, one: number, other: number): boolean {
  for (let lane = offsets[one] ?? 0; lane < (offsets[one + 1] ?? 0); lane++) if (targets[lane] === other) return true;
  return false;
}

/** Moves a peer, and corrects what its neighbours would gain. */
function move(
  { offsets, targets }: Graph,
  engineOf: number[],
  peer: number,
  to: number,
  here: Gains,
  there: Gains,
): void {
  const from = engineOf[peer];
  engineOf[peer] = to;
  for (let lane = offsets[peer] ?? 0; lane < (offsets[peer + 1] ?? 0); lane++) {
    const neighbour = targets[lane] ?? 0;
    const side = here.of(neighbour) === undefined ? there : here;
    const gain = side.of(neighbour);
    // A link that joined two of one engine crosses now, or the other way round.
    if (gain !== undefined) side.set(neighbour, gain + (engineOf[neighbour] === from ? 2 : -2));
  }
}
