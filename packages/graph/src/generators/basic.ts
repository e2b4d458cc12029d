/** The shapes that everybody knows: line, ring, star, full. */
import { EdgeBuffer } from '../edge-list.ts';
import { type Generator, pairsOf, peersParameter, value } from './generator.ts';

/** A chain. */
export const line: Generator = {
  name: 'line',
  doc: 'a chain: the fewest links and the longest paths; every inner peer is a single point of failure',
  parameters: [peersParameter(2)],
  isRandom: false,
  size: values => ({ peers: value(values, 'peers'), links: value(values, 'peers') - 1 }),
  edges: values => {
    const peers = value(values, 'peers');
    const edges = new EdgeBuffer(peers);
    for (let i = 1; i < peers; i++) edges.add(i - 1, i);
    return edges;
  },
};

/** A chain whose ends meet. */
export const ring: Generator = {
  name: 'ring',
  doc: 'a chain whose ends meet: two paths to every peer, and a duplicate where they meet',
  parameters: [peersParameter(3)],
  isRandom: false,
  size: values => ({ peers: value(values, 'peers'), links: value(values, 'peers') }),
  edges: values => {
    const peers = value(values, 'peers');
    const edges = new EdgeBuffer(peers);
    for (let i = 0; i < peers; i++) edges.add(i, (i + 1) % peers);
    return edges;
  },
};

/** One hub. */
export const star: Generator = {
  name: 'star',
  doc: 'one hub (n0), linked to every other peer: at most two hops, and a single point of failure',
  parameters: [peersParameter(2)],
  isRandom: false,
  size: values => ({ peers: value(values, 'peers'), links: value(values, 'peers') - 1 }),
  edges: values => {
    const peers = value(values, 'peers');
    const edges = new EdgeBuffer(peers);
    for (let i = 1; i < peers; i++) edges.add(0, i);
    return edges;
  },
};

/** Everybody with everybody. */
export const full: Generator = {
  name: 'full',
  doc: 'every pair of peers is linked: one hop to all, and duplicates that grow with the square of the peers',
  // More would be more links than are numbered.
  parameters: [{ ...peersParameter(1), max: 2 ** 16 }],
  isRandom: false,
  size: values => ({ peers: value(values, 'peers'), links: pairsOf(value(values, 'peers')) }),
  edges: values => fullEdges(value(values, 'peers')),
};

/** Every pair, ascending. */
export function fullEdges(peers: number): EdgeBuffer {
  const edges = new EdgeBuffer(pairsOf(peers));
  for (let i = 0; i < peers; i++) for (let j = i + 1; j < peers; j++) edges.add(i, j);
  return edges;
}
