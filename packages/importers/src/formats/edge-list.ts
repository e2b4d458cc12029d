/** Edge lists, a pair of nodes a line: SNAP (`#`), KONECT (`%`), Matrix Market, NetworkX, and tables with commas. */
import { importError, numberOf, type RawEdge, type RawGraph, type RawNode, type SourceText } from '../raw-graph.ts';

const HEADER = /^(source|from|src|node1|fromnodeid|u)$/i;

/** Reads the edges; a third column that is a number is the weight. @throws {TopologyError} for a line without two nodes */
export function readEdgeList({ file, text }: SourceText): RawGraph {
  const nodes = new Map<string, RawNode>();
  const edges: RawEdge[] = [];
  const lines = text.split(/\r?\n/);
  const comments = lines.filter(line => /^\s*[#%]/.test(line)).join('\n');
  const isMatrix = /^%%MatrixMarket/.test(text);
  const isDirected = /^#\s*directed\b|^%\s*asym\b|^%%MatrixMarket.*\bgeneral\b/im.test(comments);
  // The two sides of a bipartite network of KONECT are both numbered from 1.
  const isBipartite = /^%\s*bip\b/im.test(comments);
  let isFirst = true;
  for (const [i, whole] of lines.entries()) {
    const line = whole.trim();
    if (line === '' || /^[#%]/.test(line)) continue;
    const columns = columnsOf(line);
    const [source, target, third] = columns;
    const isHead = isFirst && (isMatrix || (columns.length > 1 && HEADER.test(source ?? '')));
    isFirst = false;
    if (isHead) continue;
    if (source === undefined || source === '' || target === undefined || target === '') {
      const advice = 'such as: a b, or a,b,5; comments begin with # or %';
      throw importError(file, { line: i + 1, column: 1 }, `expected two nodes, not ${line.slice(0, 40)}`, advice);
    }
    const ends = isBipartite ? [`a${source}`, `b${target}`] : [source, target];
    for (const id of ends) if (!nodes.has(id)) nodes.set(id, { id });
    const [from = '', to = ''] = ends;
    edges.push({ source: from, target: to, weight: weightOf(line, third), line: i + 1 });
  }
  if (edges.length === 0) throw importError(file, { line: 1, column: 1 }, 'no edges in the file');
  const notes = isBipartite ? ['The network is bipartite: nodes of its sides are a1, a2, … and b1, b2, ….'] : [];
  return { isDirected, nodes: [...nodes.values()], edges, notes };
}

function columnsOf(line: string): string[] {
  const separator = /[,;]/.test(line.replace(/\{.*$/, '')) ? /\s*[,;]\s*/ : /\s+/;
  return line.split(separator).map(word => word.replace(/^"(.*)"$/, '$1'));
}

/** The third column, or NetworkX's `{'weight': 3}`. */
function weightOf(line: string, third: string | undefined): string | undefined {
  if (numberOf(third) !== undefined) return third;
  return /\{.*['"]?weight['"]?\s*:\s*([\d.eE+-]+)/.exec(line)?.[1];
}
