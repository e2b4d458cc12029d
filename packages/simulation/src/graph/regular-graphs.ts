/** Graphs without chance. Names and parameters are those of topology files, where both have them. */
import type { CsrGraph } from './csr-graph.ts';
import { csrFromEdges } from './csr-graph.ts';
import { EdgeBuffer } from './edge-buffer.ts';

/** A chain. */
export function line(peers: number): CsrGraph {
  const edges = new EdgeBuffer(peers);
  for (let i = 1; i < peers; i++) edges.add(i - 1, i);
  return csrFromEdges(peers, edges);
}

/** A chain whose ends meet. */
export function ring(peers: number): CsrGraph {
  const edges = new EdgeBuffer(peers);
  for (let i = 0; i < peers; i++) edges.add(i, (i + 1) % peers);
  return csrFromEdges(peers, edges);
}

/** Peer 0 with everybody. */
export function star(peers: number): CsrGraph {
  const edges = new EdgeBuffer(peers);
  for (let i = 1; i < peers; i++) edges.add(0, i);
  return csrFromEdges(peers, edges);
}

/** Everybody with everybody. */
export function full(peers: number): CsrGraph {
  const edges = new EdgeBuffer((peers * (peers - 1)) / 2);
  for (let i = 0; i < peers; i++) for (let j = i + 1; j < peers; j++) edges.add(i, j);
  return csrFromEdges(peers, edges);
}

/** Rows and columns; with `wraps` a torus. */
export function lattice(rows: number, columns: number, wraps: boolean): CsrGraph {
  const edges = new EdgeBuffer(2 * rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const here = r * columns + c;
      if (wraps || c + 1 < columns) edges.add(here, r * columns + ((c + 1) % columns));
      if (wraps || r + 1 < rows) edges.add(here, ((r + 1) % rows) * columns + c);
    }
  }
  return csrFromEdges(rows * columns, edges);
}

/** Peer 0 and `depth` levels below it, every inner peer with `arity` children. */
export function tree(arity: number, depth: number): CsrGraph {
  return descendants(arity, arity, depth);
}

/** The tree in which every inner peer has `degree` links: the root `degree` children, the others one less. */
export function regularTree(degree: number, depth: number): CsrGraph {
  return descendants(degree, degree - 1, depth);
}

/** How many peers {@link tree} has. */
export function treePeers(ofRoot: number, ofOthers: number, depth: number): number {
  let level = 1;
  let peers = 1;
  for (let d = 0; d < depth; d++) {
    level *= d === 0 ? ofRoot : ofOthers;
    peers += level;
  }
  return peers;
}

/** The corners of a cube. */
export function hypercube(dimensions: number): CsrGraph {
  const peers = 2 ** dimensions;
  const edges = new EdgeBuffer((peers * dimensions) / 2);
  for (let i = 0; i < peers; i++) {
    for (let d = 0; d < dimensions; d++) if ((i & (1 << d)) === 0) edges.add(i, i | (1 << d));
  }
  return csrFromEdges(peers, edges);
}

/** Full groups, in a ring by one link each. */
export function clusters(count: number, size: number): CsrGraph {
  const edges = new EdgeBuffer((count * size * size) / 2);
  for (let c = 0; c < count; c++) {
    for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) edges.add(c * size + i, c * size + j);
  }
  const bridges = count > 2 ? count : count - 1;
  for (let c = 0; c < bridges; c++) edges.add(c * size + size - 1, ((c + 1) % count) * size);
  return csrFromEdges(count * size, edges);
}

function descendants(ofRoot: number, ofOthers: number, depth: number): CsrGraph {
  const peers = treePeers(ofRoot, ofOthers, depth);
  const edges = new EdgeBuffer(peers);
  let next = 1;
  for (let parent = 0; next < peers; parent++) {
    const children = parent === 0 ? ofRoot : ofOthers;
    for (let i = 0; i < children && next < peers; i++) edges.add(parent, next++);
  }
  return csrFromEdges(peers, edges);
}
