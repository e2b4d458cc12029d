/** GEXF (gexf.net), the format of Gephi. */
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

/** Reads the graph, whatever its times. @throws {TopologyError} */
export function readGexf(source: SourceText): RawGraph {
  /** Names of attributes, lower-case, by class and id. */
  const names = new Map<string, string>();
  const nodes: RawNode[] = [];
  const edges: RawEdge[] = [];
  const data: Map<string, string>[] = [];
  let isDirected = false;
  let hasGraph = false;

  const required = ({ name, attributes, line }: XmlElement, attribute: string): string => {
    const value = attributes.get(attribute);
    if (value !== undefined) return value;
    throw importError(source.file, { line, column: 1 }, `<${name}> has no attribute ${attribute}`);
  };

  readXml(source, {
    open(element, above) {
      const { name, attributes } = element;
      if (name === 'graph') {
        hasGraph = true;
        isDirected = attributes.get('defaultedgetype') === 'directed';
      } else if (name === 'attribute') {
        const kind = above.at(-1)?.attributes.get('class') ?? 'node';
        names.set(`${kind} ${required(element, 'id')}`, (attributes.get('title') ?? '').toLowerCase());
      } else if (name === 'node' || name === 'edge') data.push(new Map(attributes));
      else if (name === 'attvalue') {
        const kind = above.findLast(one => one.name === 'node' || one.name === 'edge')?.name;
        const id = attributes.get('for') ?? attributes.get('id') ?? '';
        const value = attributes.get('value');
        // The element's own attributes, label and weight, come first.
        const key = names.get(`${kind} ${id}`) || id.toLowerCase();
        if (value !== undefined && data.at(-1)?.has(key) === false) data.at(-1)?.set(key, value);
      }
    },
    close(element) {
      if (element.name === 'node') nodes.push(nodeOf(required(element, 'id'), data.pop() ?? new Map(), element.line));
      if (element.name !== 'edge') return;
      if (element.attributes.get('type') === 'directed') isDirected = true;
      edges.push({
        source: required(element, 'source'),
        target: required(element, 'target'),
        weight: fieldOf(data.pop() ?? new Map(), 'weight'),
        line: element.line,
      });
    },
  });
  if (!hasGraph) throw importError(source.file, { line: 1, column: 1 }, 'no <graph> in the file', 'is it GEXF?');
  return { isDirected, nodes, edges };
}
