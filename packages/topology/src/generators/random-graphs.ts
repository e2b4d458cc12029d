/** Generators with chance, each decided by the seed: random-choice, random-regular, erdos-renyi, small-world, scale-free. */
import { UndirectedGraph } from 'graphology';
import { erdosRenyi as erdosRenyiGraph } from 'graphology-generators/random/index.js';
import { below, evenlyBelow, type Random } from '../random.ts';
import {
  type GeneratedGraph,
  type Generator,
  MAX_DRAWN_PEERS,
  noConflict,
  pairsOf,
  peersParameter,
  value,
} from './generator.ts';
import { edgesOf } from './graphology-edges.ts';

/** Every peer chooses some others. */
export const randomChoice: Generator = {
  name: 'random-choice',
  doc: 'each peer chooses `choices` random others: about twice as many links each; for millions of peers too',
  parameters: [
    { ...peersParameter(2), max: MAX_DRAWN_PEERS },
    { name: 'choices', doc: 'others that each peer chooses', kind: 'integer', min: 1, max: 1000 },
  ],
  isRandom: true,
  conflict: values => {
    const peers = value(values, 'peers');
    return value(values, 'choices') >= peers
      ? { parameter: 'choices', message: `must be below the number of peers, ${peers}` }
      : undefined;
  },
  peerCount: values => value(values, 'peers'),
  linkCount: values => {
    const [peers, choices] = [value(values, 'peers'), value(values, 'choices')];
    // Two peers that chose each other have one link.
    return peers * choices - pairsOf(peers) * (choices / (peers - 1)) ** 2;
  },
  generate: (values, random) => randomChoiceGraph(value(values, 'peers'), value(values, 'choices'), random),
};

/** Every peer has the same number of random neighbours. */
export const randomRegular: Generator = {
  name: 'random-regular',
  doc: 'every peer has `degree` random neighbours, and the whole is connected: short ways everywhere, no hub',
  parameters: [
    { ...peersParameter(2), max: 100_000 },
    { name: 'degree', doc: 'neighbours of every peer', kind: 'integer', min: 1, max: 100 },
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
  peerCount: values => value(values, 'peers'),
  linkCount: values => (value(values, 'peers') * value(values, 'degree')) / 2,
  generate: (values, random) => randomRegularGraph(value(values, 'peers'), value(values, 'degree'), random),
};

/** Every pair is linked with the same probability. */
export const erdosRenyi: Generator = {
  name: 'erdos-renyi',
  doc: 'every pair is linked with the same probability (Erdos and Renyi, 1959); may come apart',
  parameters: [
    { ...peersParameter(1), max: 5000 },
    { name: 'probability', doc: 'the probability of each link', kind: 'ratio', min: 0, max: 1 },
  ],
  isRandom: true,
  conflict: noConflict,
  peerCount: values => value(values, 'peers'),
  linkCount: values => value(values, 'probability') * pairsOf(value(values, 'peers')),
  generate: (values, rng) => {
    const options = { order: value(values, 'peers'), probability: value(values, 'probability'), rng };
    return edgesOf(erdosRenyiGraph(UndirectedGraph, options));
  },
};

/** A ring with shortcuts. */
export const smallWorld: Generator = {
  name: 'small-world',
  doc: 'a ring of near neighbours, some links rewired to anywhere (Watts and Strogatz, 1998): few shortcuts, short ways',
  parameters: [
    { ...peersParameter(4), max: 100_000 },
    {
      name: 'neighbours',
      doc: 'near neighbours of each peer before rewiring; even',
      kind: 'integer',
      min: 2,
      max: 100,
    },
    { name: 'rewire', doc: 'the share of links that are rewired', kind: 'ratio', min: 0, max: 1, default: 0.1 },
  ],
  isRandom: true,
  conflict: values => {
    const neighbours = value(values, 'neighbours');
    if (neighbours % 2 === 1) return { parameter: 'neighbours', message: `must be even, and ${neighbours} is not` };
    const peers = value(values, 'peers');
    return neighbours >= peers - 1
      ? { parameter: 'neighbours', message: `must be below the number of peers less one, ${peers - 1}` }
      : undefined;
  },
  peerCount: values => value(values, 'peers'),
  linkCount: values => (value(values, 'peers') * value(values, 'neighbours')) / 2,
  generate: (values, random) =>
    smallWorldGraph(value(values, 'peers'), value(values, 'neighbours'), value(values, 'rewire'), random),
};

/** Hubs. */
export const scaleFree: Generator = {
  name: 'scale-free',
  doc: 'each new peer links to `links` others, those with many links first (Barabasi and Albert, 1999): hubs',
  parameters: [
    { ...peersParameter(2), max: 100_000 },
    { name: 'links', doc: 'links that each new peer brings', kind: 'integer', min: 1, max: 100, default: 2 },
  ],
  isRandom: true,
  conflict: values => {
    const peers = value(values, 'peers');
    return value(values, 'links') >= peers
      ? { parameter: 'links', message: `must be below the number of peers, ${peers}` }
      : undefined;
  },
  peerCount: values => value(values, 'peers'),
  linkCount: values => {
    const [peers, links] = [value(values, 'peers'), value(values, 'links')];
    return pairsOf(links + 1) + (peers - links - 1) * links;
  },
  generate: (values, random) => scaleFreeGraph(value(values, 'peers'), value(values, 'links'), random),
};

/** A set of undirected pairs. */
class Pairs {
  readonly #keys: Set<number> = new Set();
  readonly #count: number;

  constructor(peerCount: number) {
    this.#count = peerCount;
  }

  has(a: number, b: number): boolean {
    return this.#keys.has(this.#key(a, b));
  }

  add(a: number, b: number): void {
    this.#keys.add(this.#key(a, b));
  }

  delete(a: number, b: number): void {
    this.#keys.delete(this.#key(a, b));
  }

  #key(a: number, b: number): number {
    return Math.min(a, b) * this.#count + Math.max(a, b);
  }
}

/** Draws as the simulation's generator of this name does, which makes it for millions: a seed has one graph. */
function randomChoiceGraph(peerCount: number, choices: number, random: Random): GeneratedGraph {
  const pairs = new Pairs(peerCount);
  const links: [number, number][] = [];
  for (let peer = 0; peer < peerCount; peer++) {
    const chosen = new Set<number>();
    while (chosen.size < choices) {
      // Drawn from the others: those from this peer on move up by one.
      const draw = evenlyBelow(random, peerCount - 1);
      chosen.add(draw < peer ? draw : draw + 1);
    }
    for (const other of chosen) {
      if (pairs.has(peer, other)) continue;
      pairs.add(peer, other);
      links.push([peer, other]);
    }
  }
  return { peerCount, links };
}

/**
 * Starts from a circulant graph of that degree and swaps the ends of random pairs of links: keeps every degree, ends
 * whatever the degree (rejecting whole pairings does not). Swaps again until it is connected; for two neighbours each
 * that is rare, so there the ring itself, in random order, is the answer.
 */
function randomRegularGraph(peerCount: number, degree: number, random: Random): GeneratedGraph {
  const order = shuffled(peerCount, random);
  const links: [number, number][] = [];
  for (let i = 0; i < peerCount; i++) {
    for (let step = 1; step <= Math.floor(degree / 2); step++) links.push([i, (i + step) % peerCount]);
    if (degree % 2 === 1 && i < peerCount / 2) links.push([i, i + peerCount / 2]);
  }
  const named = links.map(([a, b]): [number, number] => [order[a] ?? a, order[b] ?? b]);
  if (degree <= 2) return { peerCount, links: named };
  const pairs = new Pairs(peerCount);
  for (const [a, b] of named) pairs.add(a, b);
  do {
    for (let n = 0; n < 10 * named.length; n++) swapEnds(named, pairs, random);
  } while (!isOnePiece(peerCount, named));
  return { peerCount, links: named };
}

function swapEnds(links: [number, number][], pairs: Pairs, random: Random): void {
  const first = links[below(random, links.length)];
  const second = links[below(random, links.length)];
  if (first === undefined || second === undefined) return;
  const [a, b] = first;
  const [c, d] = random() < 0.5 ? second : [second[1], second[0]];
  if (a === d || c === b || a === c || b === d || pairs.has(a, d) || pairs.has(c, b)) return;
  pairs.delete(a, b);
  pairs.delete(c, d);
  pairs.add(a, d);
  pairs.add(c, b);
  first[1] = d;
  second[0] = c;
  second[1] = b;
}

function smallWorldGraph(peerCount: number, neighbours: number, rewire: number, random: Random): GeneratedGraph {
  const pairs = new Pairs(peerCount);
  const links: [number, number][] = [];
  for (let step = 1; step <= neighbours / 2; step++) {
    for (let i = 0; i < peerCount; i++) {
      links.push([i, (i + step) % peerCount]);
      pairs.add(i, (i + step) % peerCount);
    }
  }
  for (const link of links) {
    if (random() >= rewire) continue;
    const [a, b] = link;
    const to = below(random, peerCount);
    if (to === a || pairs.has(a, to)) continue;
    pairs.delete(a, b);
    pairs.add(a, to);
    link[1] = to;
  }
  return { peerCount, links };
}

function scaleFreeGraph(peerCount: number, perPeer: number, random: Random): GeneratedGraph {
  const links: [number, number][] = [];
  // Each end of each link stands here once: drawing from it prefers peers by their degree.
  const ends: number[] = [];
  for (let i = 1; i <= perPeer; i++) {
    for (let j = 0; j < i; j++) {
      links.push([i, j]);
      ends.push(i, j);
    }
  }
  for (let i = perPeer + 1; i < peerCount; i++) {
    const chosen = new Set<number>();
    while (chosen.size < perPeer) chosen.add(ends[below(random, ends.length)] ?? 0);
    for (const j of chosen) {
      links.push([i, j]);
      ends.push(i, j);
    }
  }
  return { peerCount, links };
}

function shuffled(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = below(random, i + 1);
    const held = order[i] ?? i;
    order[i] = order[j] ?? j;
    order[j] = held;
  }
  return order;
}

function isOnePiece(peerCount: number, links: readonly (readonly [number, number])[]): boolean {
  const parent = Array.from({ length: peerCount }, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    for (let up = parent[at] ?? at; up !== at; up = parent[at] ?? at) {
      parent[at] = parent[up] ?? up;
      at = up;
    }
    return at;
  };
  let pieces = peerCount;
  for (const [a, b] of links) {
    const [x, y] = [root(a), root(b)];
    if (x === y) continue;
    parent[x] = y;
    pieces--;
  }
  return pieces === 1;
}
