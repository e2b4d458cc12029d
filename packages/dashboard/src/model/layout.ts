/**
 * Where peers stand: a ring as a ring, a grid as a grid, a tree as a tree; everything else by forces (forces.ts of the
 * page). The shape is read off the graph, so that a lab that runs needs no file. Pure; the same graph gives the same picture.
 */
import { adjacencyOf, degreeOf, distancesFrom, type Graph, isConnected, neighboursOf } from '@peerlab/graph';

/** A place in the picture: x to the right, y upwards, about -1..1. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The shapes with a special layout. */
export type Shape = 'pair' | 'line' | 'ring' | 'star' | 'full' | 'grid' | 'torus' | 'tree' | 'hypercube' | 'other';

/** A shape and, unless it is `other`, where its peers stand. */
export interface Layout {
  readonly shape: Shape;
  readonly points: readonly Point[];
}

/** Finds the shape of a graph, and its picture; for `other` the points are a circle, to begin from. */
export function layoutOf(graph: Graph): Layout {
  const { peerCount, linkCount } = graph;
  const circle = onCircle(peerCount);
  if (!isConnected(graph) || peerCount < 2) return { shape: 'other', points: circle };
  const degrees = Array.from({ length: peerCount }, (_, peer) => degreeOf(graph, peer));
  const [least, most] = [Math.min(...degrees), Math.max(...degrees)];
  if (linkCount === peerCount - 1) {
    if (most === peerCount - 1 && peerCount > 3) return { shape: 'star', points: star(graph, degrees.indexOf(most)) };
    if (most <= 2) return { shape: 'line', points: line(graph, degrees.indexOf(1)) };
    return { shape: 'tree', points: tree(graph) };
  }
  if (least === 2 && most === 2) return { shape: 'ring', points: along(ringOrder(graph), circle) };
  if (linkCount === (peerCount * (peerCount - 1)) / 2) return { shape: 'full', points: circle };
  for (const columns of widthsOf(peerCount)) {
    if (isGrid(graph, columns, false)) return { shape: 'grid', points: grid(peerCount, columns) };
    if (isGrid(graph, columns, true)) return { shape: 'torus', points: grid(peerCount, columns) };
  }
  if (isHypercube(graph)) return { shape: 'hypercube', points: hypercube(peerCount) };
  return { shape: 'other', points: circle };
}

/** The first peer at the top, then clockwise. */
function onCircle(count: number): Point[] {
  return Array.from({ length: count }, (_, i) => {
    const angle = Math.PI / 2 - (2 * Math.PI * i) / Math.max(1, count);
    return { x: Math.cos(angle), y: Math.sin(angle) };
  });
}

function along(order: readonly number[], places: readonly Point[]): Point[] {
  const points: Point[] = new Array(order.length).fill({ x: 0, y: 0 });
  order.forEach((peer, i) => {
    points[peer] = places[i] ?? { x: 0, y: 0 };
  });
  return points;
}

function ringOrder(graph: Graph): number[] {
  const order = [0];
  const seen = new Set(order);
  for (let peer = 0; ; ) {
    const next = neighboursOf(graph, peer).find(v => !seen.has(v));
    if (next === undefined) return order;
    seen.add(next);
    order.push(next);
    peer = next;
  }
}

function star(graph: Graph, hub: number): Point[] {
  const around = onCircle(graph.peerCount - 1);
  return Array.from({ length: graph.peerCount }, (_, peer) =>
    peer === hub ? { x: 0, y: 0 } : (around[peer < hub ? peer : peer - 1] ?? { x: 0, y: 0 }),
  );
}

/** From left to right; a long one as a snake of rows. */
function line(graph: Graph, end: number): Point[] {
  const distance = distancesFrom(graph, end);
  const columns = Math.min(graph.peerCount, 12);
  const rows = Math.ceil(graph.peerCount / columns);
  return [...distance].map(d => {
    const row = Math.floor(d / columns);
    const column = row % 2 === 0 ? d % columns : columns - 1 - (d % columns);
    return { x: spread(column, columns), y: -spread(row, rows) * Math.min(1, rows / columns) };
  });
}

/** The root at the centre of the tree on top; from 40 leaves on, the levels as rings. */
function tree(graph: Graph): Point[] {
  const root = centreOf(graph);
  const distance = distancesFrom(graph, root);
  const depth = Math.max(...distance);
  const row: number[] = new Array(graph.peerCount).fill(0);
  let leaves = 0;
  const place = (peer: number): number => {
    const below = neighboursOf(graph, peer).filter(v => (distance[v] ?? 0) > (distance[peer] ?? 0));
    const rows = below.map(place);
    const own = rows.length === 0 ? leaves++ : ((rows[0] ?? 0) + (rows.at(-1) ?? 0)) / 2;
    row[peer] = own;
    return own;
  };
  place(root);
  const isWide = leaves > 40;
  return row.map((at, peer) => {
    const level = (distance[peer] ?? 0) / Math.max(1, depth);
    if (!isWide) return { x: spread(at, leaves) * 1.5, y: 1 - 2 * level };
    const angle = Math.PI / 2 - (2 * Math.PI * at) / leaves;
    return { x: level * Math.cos(angle), y: level * Math.sin(angle) };
  });
}

/** The peer whose furthest other is nearest; peer 0 where it is as good. */
function centreOf(graph: Graph): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let peer = 0; peer < graph.peerCount; peer++) {
    const furthest = Math.max(...distancesFrom(graph, peer));
    if (furthest < least) {
      least = furthest;
      best = peer;
    }
  }
  return best;
}

/** Widths of rectangles of so many, the squarest first. */
function widthsOf(count: number): number[] {
  const widths = [];
  for (let width = 2; width <= count / 2; width++) if (count % width === 0) widths.push(width);
  return widths.sort((a, b) => Math.abs(a - count / a) - Math.abs(b - count / b));
}

/** Rows one after another, as the generators number them. */
function isGrid(graph: Graph, columns: number, isRound: boolean): boolean {
  const rows = graph.peerCount / columns;
  const at = (row: number, column: number): number | undefined => {
    if (isRound) return ((row + rows) % rows) * columns + ((column + columns) % columns);
    return row < 0 || column < 0 || row >= rows || column >= columns ? undefined : row * columns + column;
  };
  return adjacencyOf(graph).every((neighbours, peer) => {
    const [row, column] = [Math.floor(peer / columns), peer % columns];
    const wanted = [at(row - 1, column), at(row + 1, column), at(row, column - 1), at(row, column + 1)];
    const around = new Set(wanted.filter(v => v !== undefined));
    return around.size === neighbours.length && neighbours.every(v => around.has(v));
  });
}

function grid(count: number, columns: number): Point[] {
  const rows = count / columns;
  const scale = Math.max(rows, columns);
  return Array.from({ length: count }, (_, peer) => ({
    x: (spread(peer % columns, columns) * columns) / scale,
    y: (-spread(Math.floor(peer / columns), rows) * rows) / scale,
  }));
}

function isHypercube(graph: Graph): boolean {
  const dimensions = Math.log2(graph.peerCount);
  if (!Number.isInteger(dimensions)) return false;
  return adjacencyOf(graph).every(
    (neighbours, peer) =>
      neighbours.length === dimensions && neighbours.every(v => Number.isInteger(Math.log2(v ^ peer))),
  );
}

/** Each dimension shifts the picture of the earlier ones in another direction. */
function hypercube(count: number): Point[] {
  const dimensions = Math.log2(count);
  const points = Array.from({ length: count }, (_, peer) => {
    let [x, y] = [0, 0];
    for (let d = 0; d < dimensions; d++) {
      if (((peer >> d) & 1) === 0) continue;
      const angle = (Math.PI * (d + 0.35)) / dimensions;
      const step = 1.35 ** d;
      x += step * Math.cos(angle);
      y += step * Math.sin(angle);
    }
    return { x, y };
  });
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [midX, midY] = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
  const size = Math.max(Math.max(...xs) - midX, Math.max(...ys) - midY, 1e-9);
  return points.map(({ x, y }) => ({ x: (x - midX) / size, y: (y - midY) / size }));
}

/** The i-th of n, evenly from -1 to 1. */
function spread(i: number, n: number): number {
  return n <= 1 ? 0 : (2 * i) / (n - 1) - 1;
}
