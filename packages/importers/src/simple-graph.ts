/** A file's graph made simple and undirected: no loops, at most one edge for each pair. */
import { importError, type RawEdge, type RawGraph, type RawNode } from './raw-graph.ts';

/** An edge of a simple graph, with all that the file says of this pair. */
export interface SimpleEdge {
  readonly a: RawNode;
  readonly b: RawNode;
  /** At least one. */
  readonly edges: readonly RawEdge[];
}

/** A simple graph, and what was left out for it. */
export interface SimpleGraph {
  readonly nodes: readonly RawNode[];
  readonly edges: readonly SimpleEdge[];
  readonly selfLoops: number;
  /** Edges beyond the first of their pair and direction. */
  readonly parallel: number;
  /** Edges of a directed graph beyond the first of their pair that run the other way. */
  readonly opposite: number;
}

/**
 * Makes a graph simple.
 * @throws {TopologyError} for a node that appears twice, an edge to an unknown one, and, with `isStrict`, parallel edges
 */
export function simpleGraph(raw: RawGraph, file: string, isStrict: boolean): SimpleGraph {
  const nodes = new Map<string, RawNode>();
  for (const node of raw.nodes) {
    const { id, line = 1 } = node;
    if (nodes.has(id)) throw importError(file, { line, column: 1 }, `a second node has the id ${quoted(id)}`);
    nodes.set(node.id, node);
  }
  const nodeAt = (id: string, line: number): RawNode => {
    const node = nodes.get(id);
    if (node !== undefined) return node;
    throw importError(file, { line, column: 1 }, `an edge leads to ${quoted(id)}, which is no node of the file`);
  };
  const pairs = new Map<RawNode, Map<RawNode, RawEdge[]>>();
  const edges: SimpleEdge[] = [];
  let selfLoops = 0;
  let parallel = 0;
  let opposite = 0;
  for (const edge of raw.edges) {
    const [a, b] = [nodeAt(edge.source, edge.line), nodeAt(edge.target, edge.line)];
    if (a === b) {
      selfLoops++;
      continue;
    }
    const known = pairs.get(a)?.get(b) ?? pairs.get(b)?.get(a);
    if (known === undefined) {
      const own = [edge];
      pairs.set(a, (pairs.get(a) ?? new Map<RawNode, RawEdge[]>()).set(b, own));
      edges.push({ a, b, edges: own });
      continue;
    }
    if (raw.isDirected && known.every(({ source }) => source !== edge.source)) opposite++;
    else if (isStrict) {
      const message = `a second edge between ${quoted(edge.source)} and ${quoted(edge.target)}`;
      throw importError(file, { line: edge.line, column: 1 }, message, 'merge them with --parallel merge');
    } else parallel++;
    known.push(edge);
  }
  return { nodes: [...nodes.values()], edges, selfLoops, parallel, opposite };
}

function quoted(id: string): string {
  return JSON.stringify(id.slice(0, 60));
}
