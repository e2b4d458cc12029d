/** Random neighbours, equally many for everybody, in one piece. */
import { componentCount } from '../components.ts';
import { EdgeBuffer, type EdgeList } from '../edge-list.ts';
import { EdgeSet } from '../edge-set.ts';
import { graphFromEdgeList } from '../graph.ts';
import type { Random } from '../random/random.ts';
import { fullEdges } from './basic.ts';
import { type Generator, pairsOf, peersParameter, value } from './generator.ts';

/** Random others that are tried for the swap of one bad pair. */
const MAX_SWAP_TRIES = 1000;

/** See the module's header. */
export const randomRegular: Generator = {
  name: 'random-regular',
  doc: 'every peer has `degree` random neighbours, and the graph is connected: short paths, no hub',
  parameters: [
    peersParameter(2),
    { name: 'degree', doc: 'neighbours of every peer', kind: 'integer', min: 1, max: 1000 },
  ],
  isRandom: true,
  conflict: values => {
    const peers = value(values, 'peers');
    const degree = value(values, 'degree');
    if (degree >= peers) return { parameter: 'degree', message: `must be below the number of peers, ${peers}` };
    if ((peers * degree) % 2 === 1) {
      return { parameter: 'degree', message: `peers x degree must be even, and ${peers} x ${degree} is not` };
    }
    if (degree === 1 && peers > 2)
      return { parameter: 'degree', message: 'degree 1 connects two peers only; use 2 or more' };
    return undefined;
  },
  size: values => ({ peers: value(values, 'peers'), links: (value(values, 'peers') * value(values, 'degree')) / 2 }),
  edges: (values, random) => {
    const [peers, degree] = [value(values, 'peers'), value(values, 'degree')];
    if (degree === peers - 1) return fullEdges(peers);
    if (degree === 2) return randomRing(peers, random);
    // Half of the others or more: any such graph is in one piece (Dirac). What it lacks is regular, too, and has the
    // room to swap in that pairing needs.
    if (degree > (peers - 1) / 2) return complement(peers, paired(peers, peers - 1 - degree, random));
    for (;;) {
      const edges = paired(peers, degree, random);
      // With three neighbours or more, two pieces are a rare chance: then all is drawn again.
      if (componentCount(graphFromEdgeList(peers, edges)) === 1) return edges;
    }
  },
};

/** With two neighbours each, one piece is a ring: of all peers in random order. */
function randomRing(peers: number, random: Random): EdgeList {
  const order = Uint32Array.from({ length: peers }, (_, i) => i);
  shuffle(order, random);
  const next = new Uint32Array(peers);
  next.set(order.subarray(1));
  next[peers - 1] = order[0] ?? 0;
  return { a: order, b: next, count: peers };
}

/**
 * A regular graph, in one piece or more: the ends of links are paired at random, and pairs that would be a loop or a
 * double link are mended by swapping with a random other one, which keeps every degree.
 */
function paired(peers: number, degree: number, random: Random): EdgeList {
  for (;;) {
    const edges = pairedEnds(peers, degree, random);
    // A small dense graph can leave nothing to swap with: then all is drawn again.
    if (mend(peers, edges, random)) return edges;
  }
}

function pairedEnds(peers: number, degree: number, random: Random): EdgeList {
  const count = (peers * degree) / 2;
  const ends = new Uint32Array(2 * count);
  for (let i = 0; i < ends.length; i++) ends[i] = Math.floor(i / degree);
  shuffle(ends, random);
  return { a: ends.subarray(0, count), b: ends.subarray(count), count };
}

/** Swaps the ends of loops and double links with those of other links; false when no swap was found. */
function mend(peers: number, { a, b, count }: EdgeList, random: Random): boolean {
  const known = new EdgeSet(peers, 3 * count);
  const bad = new Set<number>();
  for (let i = 0; i < count; i++) {
    if (a[i] === b[i] || !known.add(a[i] ?? 0, b[i] ?? 0)) bad.add(i);
  }
  for (const i of [...bad]) {
    const from = a[i] ?? 0;
    const to = b[i] ?? 0;
    let tries = 0;
    for (; tries < MAX_SWAP_TRIES; tries++) {
      const j = random.below(count);
      const otherFrom = a[j] ?? 0;
      const otherTo = b[j] ?? 0;
      if (bad.has(j) || from === otherTo || otherFrom === to) continue;
      if (known.has(from, otherTo) || known.has(otherFrom, to)) continue;
      // The two new links are the same one when both pairs are.
      if ((from === otherFrom && otherTo === to) || (from === to && otherFrom === otherTo)) continue;
      known.remove(otherFrom, otherTo);
      known.add(from, otherTo);
      known.add(otherFrom, to);
      b[i] = otherTo;
      b[j] = to;
      bad.delete(i);
      break;
    }
    if (tries === MAX_SWAP_TRIES) return false;
  }
  return true;
}

/** Every link that is not in the list. */
function complement(peers: number, { a, b, count }: EdgeList): EdgeList {
  const lacking = new EdgeSet(peers, count);
  for (let i = 0; i < count; i++) lacking.add(a[i] ?? 0, b[i] ?? 0);
  const edges = new EdgeBuffer(pairsOf(peers) - count);
  for (let i = 0; i < peers; i++) for (let j = i + 1; j < peers; j++) if (!lacking.has(i, j)) edges.add(i, j);
  return edges;
}

function shuffle(array: Uint32Array, random: Random): void {
  for (let i = array.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const held = array[i] ?? 0;
    array[i] = array[j] ?? 0;
    array[j] = held;
  }
}
