/** Graphs with chance, decided by the seed, made for 10^6 peers in seconds. */
import { ln } from '@peerlab/conditions';
import { Random } from '../random/xoshiro128.ts';
import { type CsrGraph, csrFromEdges, type EdgeList } from './csr-graph.ts';
import { EdgeBuffer, EdgeSet } from './edge-buffer.ts';

/** Random others that are tried for the swap of one bad pair. */
const MAX_SWAP_TRIES = 1000;

/** Every peer chooses `choices` different random others and links to them: about twice as many links each. */
export function randomChoice(peers: number, choices: number, seed: number): CsrGraph {
  const random = new Random(seed);
  const edges = new EdgeBuffer(peers * choices);
  for (let i = 0; i < peers; i++) {
    const first = edges.count;
    while (edges.count < first + choices) {
      // Drawn from the others: those from i on move up by one.
      const draw = random.below(peers - 1);
      const other = draw < i ? draw : draw + 1;
      let isNew = true;
      for (let at = first; at < edges.count; at++) if (edges.b[at] === other) isNew = false;
      if (isNew) edges.add(i, other);
    }
  }
  return csrFromEdges(peers, edges);
}

/**
 * Every peer has `degree` random neighbours. The ends of links are paired at random, and pairs that would be a loop or
 * a double link are mended by swapping with a random other one; that keeps every degree. It is connected with a
 * probability that goes to 1 with the number of peers for degrees from 3; a degree of 2 gives rings.
 */
export function randomRegular(peers: number, degree: number, seed: number): CsrGraph {
  const random = new Random(seed);
  for (;;) {
    const edges = pairedEnds(peers, degree, random);
    // A small dense graph can leave nothing to swap with: then all is drawn again.
    if (mend(peers, edges, random)) return csrFromEdges(peers, edges);
  }
}

function pairedEnds(peers: number, degree: number, random: Random): EdgeList {
  const count = (peers * degree) / 2;
  const ends = new Uint32Array(2 * count);
  for (let i = 0; i < ends.length; i++) ends[i] = Math.floor(i / degree);
  for (let i = ends.length - 1; i > 0; i--) swap(ends, i, random.below(i + 1));
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

/** Every pair is linked with the same probability: skips from link to link (Batagelj and Brandes, 2005). */
export function erdosRenyi(peers: number, probability: number, seed: number): CsrGraph {
  const edges = new EdgeBuffer(Math.ceil(1.1 * probability * ((peers * (peers - 1)) / 2)));
  if (probability <= 0) return csrFromEdges(peers, edges);
  const random = new Random(seed);
  const scale = probability < 1 ? 1 / ln(1 - probability) : 0;
  let column = -1;
  for (let row = 1; row < peers; ) {
    column += 1 + Math.floor(ln((random.u32() + 0.5) / 2 ** 32) * scale);
    while (column >= row && row < peers) {
      column -= row;
      row++;
    }
    if (row < peers) edges.add(row, column);
  }
  return csrFromEdges(peers, edges);
}

/** A ring of near neighbours, some links rewired to anywhere (Watts and Strogatz, 1998). */
export function smallWorld(peers: number, neighbours: number, rewire: number, seed: number): CsrGraph {
  const random = new Random(seed);
  const count = (peers * neighbours) / 2;
  const edges = new EdgeBuffer(count);
  const known = new EdgeSet(peers, 2 * count);
  for (let step = 1; step <= neighbours / 2; step++) {
    for (let i = 0; i < peers; i++) {
      edges.add(i, (i + step) % peers);
      known.add(i, (i + step) % peers);
    }
  }
  for (let i = 0; i < edges.count; i++) {
    if (random.fraction() >= rewire) continue;
    const a = edges.a[i] ?? 0;
    const to = random.below(peers);
    if (to === a || known.has(a, to)) continue;
    known.remove(a, edges.b[i] ?? 0);
    known.add(a, to);
    edges.b[i] = to;
  }
  return csrFromEdges(peers, edges);
}

/** Each new peer links to `links` others, those with many links first (Barabasi and Albert, 1999). */
export function scaleFree(peers: number, links: number, seed: number): CsrGraph {
  const random = new Random(seed);
  const edges = new EdgeBuffer(peers * links);
  for (let i = 1; i <= links; i++) for (let j = 0; j < i; j++) edges.add(i, j);
  for (let i = links + 1; i < peers; i++) {
    const first = edges.count;
    while (edges.count < first + links) {
      // An end of a random link: each peer as often as it has links.
      const draw = random.below(2 * first);
      const other = (draw < first ? edges.a[draw] : edges.b[draw - first]) ?? 0;
      let isNew = true;
      for (let at = first; at < edges.count; at++) if (edges.b[at] === other) isNew = false;
      if (isNew) edges.add(i, other);
    }
  }
  return csrFromEdges(peers, edges);
}

function swap(array: Uint32Array, i: number, j: number): void {
  const held = array[i] ?? 0;
  array[i] = array[j] ?? 0;
  array[j] = held;
}
