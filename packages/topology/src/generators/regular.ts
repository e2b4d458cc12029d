/** Generators without chance: line, ring, star, full, grid, torus, tree, hypercube, clusters. */
import { UndirectedGraph } from 'graphology';
import { complete, path } from 'graphology-generators/classic/index.js';
import { type Generator, MAX_PEERS, noConflict, type Parameter, pairsOf, peersParameter, value } from './generator.ts';
import { edgesOf } from './graphology-edges.ts';

const side = (name: string): Parameter => ({ name, doc: `how many ${name}`, kind: 'integer', min: 1, max: 1000 });

/** A chain. */
export const line: Generator = {
  name: 'line',
  doc: 'a chain: the longest way for the fewest links, and every inner peer can cut it in two',
  parameters: [peersParameter(2)],
  isRandom: false,
  conflict: noConflict,
  peerCount: values => value(values, 'peers'),
  linkCount: values => value(values, 'peers') - 1,
  generate: values => edgesOf(path(UndirectedGraph, value(values, 'peers'))),
};

/** A chain whose ends meet. */
export const ring: Generator = {
  name: 'ring',
  doc: 'a chain whose ends meet: two ways to every peer, and a duplicate where they meet',
  parameters: [peersParameter(3)],
  isRandom: false,
  conflict: noConflict,
  peerCount: values => value(values, 'peers'),
  linkCount: values => value(values, 'peers'),
  generate: values => {
    const peerCount = value(values, 'peers');
    return { peerCount, links: Array.from({ length: peerCount }, (_, i) => [i, (i + 1) % peerCount] as const) };
  },
};

/** One hub. */
export const star: Generator = {
  name: 'star',
  doc: 'one hub (n0), every other peer linked to it alone: two hops to everybody, and one point of failure',
  parameters: [peersParameter(2)],
  isRandom: false,
  conflict: noConflict,
  peerCount: values => value(values, 'peers'),
  linkCount: values => value(values, 'peers') - 1,
  generate: values => {
    const peerCount = value(values, 'peers');
    return { peerCount, links: Array.from({ length: peerCount - 1 }, (_, i) => [0, i + 1] as const) };
  },
};

/** Everybody with everybody. */
export const full: Generator = {
  name: 'full',
  doc: 'everybody linked to everybody: one hop to all, and duplicates in the square of the peers',
  parameters: [{ ...peersParameter(1), max: 2000 }],
  isRandom: false,
  conflict: noConflict,
  peerCount: values => value(values, 'peers'),
  linkCount: values => pairsOf(value(values, 'peers')),
  generate: values => edgesOf(complete(UndirectedGraph, value(values, 'peers'))),
};

/** Rows and columns. */
export const grid: Generator = {
  name: 'grid',
  doc: 'rows and columns: many shortest paths, four neighbours inside, fewer at the border',
  parameters: [side('rows'), side('columns')],
  isRandom: false,
  conflict: noConflict,
  peerCount: values => value(values, 'rows') * value(values, 'columns'),
  linkCount: values => {
    const [rows, columns] = [value(values, 'rows'), value(values, 'columns')];
    return rows * (columns - 1) + columns * (rows - 1);
  },
  generate: values => lattice(value(values, 'rows'), value(values, 'columns'), false),
};

/** A grid whose borders meet. */
export const torus: Generator = {
  name: 'torus',
  doc: 'a grid whose opposite borders meet: every peer has four neighbours and the same view',
  parameters: [
    { ...side('rows'), min: 3 },
    { ...side('columns'), min: 3 },
  ],
  isRandom: false,
  conflict: noConflict,
  peerCount: values => value(values, 'rows') * value(values, 'columns'),
  linkCount: values => 2 * value(values, 'rows') * value(values, 'columns'),
  generate: values => lattice(value(values, 'rows'), value(values, 'columns'), true),
};

/** A root and its descendants. */
export const tree: Generator = {
  name: 'tree',
  doc: 'a root (n0) with `arity` children each, `depth` levels below it: one path only, so no duplicate at all',
  parameters: [
    { name: 'arity', doc: 'children of each inner peer', kind: 'integer', min: 1, max: 1000 },
    { name: 'depth', doc: 'levels below the root', kind: 'integer', min: 0, max: 20 },
  ],
  isRandom: false,
  conflict: values => {
    const peerCount = treePeers(value(values, 'arity'), value(values, 'depth'));
    return peerCount > MAX_PEERS
      ? { parameter: 'depth', message: `would make ${peerCount} peers, more than ${MAX_PEERS}` }
      : undefined;
  },
  peerCount: values => treePeers(value(values, 'arity'), value(values, 'depth')),
  linkCount: values => treePeers(value(values, 'arity'), value(values, 'depth')) - 1,
  generate: values => {
    const arity = value(values, 'arity');
    const peerCount = treePeers(arity, value(values, 'depth'));
    const links = Array.from({ length: peerCount - 1 }, (_, i) => [Math.floor(i / arity), i + 1] as const);
    return { peerCount, links };
  },
};

/** Corners of a cube in many dimensions. */
export const hypercube: Generator = {
  name: 'hypercube',
  doc: 'the corners of a cube in `dimensions` dimensions: the logarithm of the peers as diameter and as degree',
  parameters: [{ name: 'dimensions', doc: 'dimensions; 2 to that power peers', kind: 'integer', min: 1, max: 16 }],
  isRandom: false,
  conflict: noConflict,
  peerCount: values => 2 ** value(values, 'dimensions'),
  linkCount: values => value(values, 'dimensions') * 2 ** (value(values, 'dimensions') - 1),
  generate: values => {
    const dimensions = value(values, 'dimensions');
    const links: [number, number][] = [];
    for (let i = 0; i < 2 ** dimensions; i++) {
      for (let d = 0; d < dimensions; d++) if ((i & (1 << d)) === 0) links.push([i, i | (1 << d)]);
    }
    return { peerCount: 2 ** dimensions, links };
  },
};

/** Full meshes in a ring. */
export const clusters: Generator = {
  name: 'clusters',
  doc: '`clusters` groups of `size` peers, everybody linked inside a group, the groups in a ring by one link each',
  parameters: [
    { name: 'clusters', doc: 'how many groups', kind: 'integer', min: 1, max: 1000 },
    { name: 'size', doc: 'peers in each group', kind: 'integer', min: 2, max: 200 },
  ],
  isRandom: false,
  conflict: noConflict,
  peerCount: values => value(values, 'clusters') * value(values, 'size'),
  linkCount: values => {
    const count = value(values, 'clusters');
    return count * pairsOf(value(values, 'size')) + bridgesOf(count);
  },
  generate: values => {
    const count = value(values, 'clusters');
    const size = value(values, 'size');
    const links: [number, number][] = [];
    for (let c = 0; c < count; c++) {
      for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) links.push([c * size + i, c * size + j]);
    }
    // The bridge leaves each group by its last peer and enters the next by its first.
    for (let c = 0; c < bridgesOf(count); c++) links.push([c * size + size - 1, ((c + 1) % count) * size]);
    return { peerCount: count * size, links };
  },
};

function lattice(rows: number, columns: number, wraps: boolean): ReturnType<Generator['generate']> {
  const links: [number, number][] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const here = r * columns + c;
      if (wraps || c + 1 < columns) links.push([here, r * columns + ((c + 1) % columns)]);
      if (wraps || r + 1 < rows) links.push([here, ((r + 1) % rows) * columns + c]);
    }
  }
  return { peerCount: rows * columns, links };
}

function treePeers(arity: number, depth: number): number {
  return arity === 1 ? depth + 1 : (arity ** (depth + 1) - 1) / (arity - 1);
}

/** Bridges between groups in a ring. Two groups need one only. */
function bridgesOf(clusters: number): number {
  return clusters > 2 ? clusters : clusters - 1;
}
