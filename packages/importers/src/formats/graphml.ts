/** GraphML (graphml.graphdrawing.org), as the Internet Topology Zoo, yEd, igraph and NetworkX write it. */
import {
  fieldOf,
  importError,
  nodeOf,
  type RawEdge,
  type RawGraph,
  type RawNode,
  type SourceText,
} from '../raw-graph.ts';
import { readXml, type XmlElement } from './xml.ts';

/** Reads the graph; nodes of nested graphs are nodes like others. @throws {TopologyError} */
export function readGraphml(source: SourceText): RawGraph {
  /** The names of attributes, lower-case, by key. */
  const keys = new Map<string, string>();
  /** What holds for elements that do not say it, by name; a label or a place is nobody's default. */
  const defaults = new Map<string, string>();
  const nodes: RawNode[] = [];
  const edges: RawEdge[] = [];
  /** The attributes of the nodes and edges that are open, the innermost last. */
  const data: Map<string, string>[] = [];
  let isDirected = false;
  let graphs = 0;
  let hyperedges = 0;

  const required = ({ name, attributes, line }: XmlElement, attribute: string): string => {
    const value = attributes.get(attribute);
    if (value !== undefined) return value;
    throw importError(source.file, { line, column: 1 }, `<${name}> has no attribute ${attribute}`);
  };

  readXml(source, {
    open(element) {
      if (element.name === 'graph') {
        graphs++;
        if (graphs === 1) isDirected = element.attributes.get('edgedefault') === 'directed';
      }
      if (element.name === 'hyperedge') hyperedges++;
      if (element.name === 'node' || element.name === 'edge') data.push(new Map());
    },
    close(element, above) {
      const { name, attributes, text, line } = element;
      if (name === 'key') keys.set(required(element, 'id'), nameOf(element));
      else if (name === 'default' && above.at(-1)?.name === 'key') {
        if (above.at(-1)?.attributes.get('for') === 'edge') defaults.set(nameOf(above.at(-1)), text.trim());
      } else if (name === 'data' && ['node', 'edge'].includes(above.at(-1)?.name ?? '')) {
        const key = keys.get(required(element, 'key')) || required(element, 'key').toLowerCase();
        if (text.trim() !== '') data.at(-1)?.set(key, text.trim());
      } else if (name === 'NodeLabel' && text.trim() !== '' && data.at(-1)?.has('label') === false) {
        // yEd keeps the label in a drawing of the node.
        data.at(-1)?.set('label', text.trim());
      } else if (name === 'node') nodes.push(nodeOf(required(element, 'id'), data.pop() ?? new Map(), line));
      else if (name === 'edge') {
        if (attributes.get('directed') === 'true') isDirected = true;
        const weight = fieldOf(new Map([...defaults, ...(data.pop() ?? [])]), 'weight');
        edges.push({ source: required(element, 'source'), target: required(element, 'target'), weight, line });
      }
    },
  });
  if (graphs === 0) throw importError(source.file, { line: 1, column: 1 }, 'no <graph> in the file', 'is it GraphML?');
  const notes = [
    ...(graphs > 1 ? [`${graphs - 1} nested or further graphs are read as one with the first.`] : []),
    ...(hyperedges > 0 ? [`Dropped hyperedges: ${hyperedges}.`] : []),
  ];
  return { isDirected, nodes, edges, notes };
}

function nameOf(key: XmlElement | undefined): string {
  return (key?.attributes.get('attr.name') ?? '').toLowerCase();
}
