/** Nodes and links as JSON: NetworkX's node-link data, D3, graphology, Cytoscape's elements and the JSON Graph Format. */
import { fieldOf, nodeOf, type RawEdge, type RawGraph, type RawNode, type SourceText } from '../raw-graph.ts';
import { attributesOf, entriesOf, type JsonPath, jsonError, jsonPlace, parseJson } from './json.ts';

/** Reads the graph. @throws {TopologyError} */
export function readNodeLink(source: SourceText): RawGraph {
  const document = parseJson(source);
  const inner = ['graph', 'elements'].find(key => field(field(document, key), 'nodes') !== undefined);
  const [data, path]: [unknown, JsonPath] = inner === undefined ? [document, []] : [field(document, inner), [inner]];
  const nodes = readNodes(source, field(data, 'nodes'), [...path, 'nodes']);
  const key = field(data, 'links') === undefined ? 'edges' : 'links';
  const links = field(data, key) ?? [];
  if (!Array.isArray(links)) throw jsonError(source, [...path, key], `${key} must be a list`);
  const ids = new Set(nodes.map(({ id }) => id));
  const edges = links.map((link: unknown, i): RawEdge => {
    const [from, to] = (['source', 'target'] as const).map((end, at) => {
      const value = inside(link, end, at);
      const id = endOf(value, ids, nodes);
      if (id !== undefined) return id;
      throw jsonError(
        source,
        [...path, key, i],
        `${key}[${i}] has no ${end} among the nodes: ${JSON.stringify(value)}`,
      );
    });
    return {
      source: from ?? '',
      target: to ?? '',
      weight: fieldOf(attributesOf(link), 'weight'),
      get line() {
        return jsonPlace(source, [...path, key, i]).line;
      },
    };
  });
  const isDirected = [document, data, field(document, 'options')].some(
    one => field(one, 'directed') === true || field(one, 'type') === 'directed',
  );
  return { isDirected, nodes, edges };
}

function readNodes(source: SourceText, value: unknown, path: JsonPath): RawNode[] {
  if (!Array.isArray(value)) {
    const nodes = entriesOf(value);
    if (nodes.length > 0) return nodes.map(([id, node]) => nodeOf(id, attributesOf(node)));
    throw jsonError(source, path, 'nodes must be a list of nodes', 'such as {"nodes": [{"id": "a"}], "links": []}');
  }
  return value.map((node: unknown, i) => {
    const id =
      textOf(node) ??
      textOf(['id', 'key', 'name', 'label'].map(name => inside(node, name)).find(one => one !== undefined));
    return {
      ...nodeOf(id ?? String(i), attributesOf(node)),
      get line() {
        return jsonPlace(source, [...path, i]).line;
      },
    };
  });
}

/** An end of a link: an id, a node itself, as D3 leaves it there, or, where no node has that id, a place in the list. */
function endOf(value: unknown, ids: ReadonlySet<string>, nodes: readonly RawNode[]): string | undefined {
  const id = textOf(value) ?? textOf(field(value, 'id'));
  if (id === undefined || ids.has(id)) return id;
  return typeof value === 'number' ? nodes[value]?.id : undefined;
}

/** A field of an entry, which Cytoscape keeps under `data`; a link may also be a pair. */
function inside(entry: unknown, name: string, at?: number): unknown {
  if (Array.isArray(entry)) return at === undefined ? undefined : entry[at];
  return field(entry, name) ?? field(field(entry, 'data'), name);
}

/** NetworkX writes the ids of tuples as lists. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return Array.isArray(value) && value.length > 0 ? JSON.stringify(value) : undefined;
}

function field(value: unknown, name: string): unknown {
  const map = typeof value === 'object' && value !== null ? value : {};
  return Object.hasOwn(map, name) ? Reflect.get(map, name) : undefined;
}
