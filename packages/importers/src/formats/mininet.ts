/** Hosts, switches and links as JSON: the topologies of P4's tutorials, and the files of Mininet's MiniEdit. */
import { numberOf, type RawEdge, type RawGraph, type RawNode, type SourceText } from '../raw-graph.ts';
import { entriesOf, jsonError, jsonPlace, parseJson } from './json.ts';

/** Reads the graph; the port of an end, as in `s1-p3`, is left out. Hosts and switches are peers alike. @throws {TopologyError} */
export function readMininet(source: SourceText): RawGraph {
  const document = parseJson(source);
  const nodes = ['hosts', 'switches'].flatMap(key => namesOf(new Map(entriesOf(document)).get(key)));
  const ids = new Set(nodes.map(({ id }) => id));
  const links = new Map(entriesOf(document)).get('links') ?? [];
  if (nodes.length === 0) throw jsonError(source, [], 'no hosts and no switches in the file');
  if (!Array.isArray(links)) throw jsonError(source, ['links'], 'links must be a list');
  const edges = links.map((link: unknown, i): RawEdge => {
    const fields = new Map(entriesOf(link));
    const ends = Array.isArray(link)
      ? link.slice(0, 2)
      : [fields.get('src') ?? fields.get('node1'), fields.get('dest') ?? fields.get('node2')];
    const [from, to] = ends.map(end => {
      const id = String(end ?? '');
      const node = ids.has(id) ? id : id.replace(/-(p|eth)?\d+$/i, '');
      if (ids.has(node)) return node;
      throw jsonError(source, ['links', i], `links[${i}]: no host or switch "${id}"`);
    });
    const delay: unknown = Array.isArray(link)
      ? link[2]
      : (new Map(entriesOf(fields.get('opts'))).get('delay') ?? fields.get('latency'));
    const isWeight = typeof delay === 'string' || numberOf(delay) !== undefined;
    return {
      source: from ?? '',
      target: to ?? '',
      weight: isWeight ? String(delay) : undefined,
      get line() {
        return jsonPlace(source, ['links', i]).line;
      },
    };
  });
  return { isDirected: false, nodes, edges, notes: ['Hosts and switches are peers alike; ports are left out.'] };
}

/** Names of a map, of a list of names, or of MiniEdit's list of entries. */
function namesOf(value: unknown): RawNode[] {
  if (!Array.isArray(value)) return entriesOf(value).map(([id]) => ({ id }));
  return value.flatMap((entry: unknown, i) => {
    if (typeof entry === 'string') return [{ id: entry }];
    const options = new Map(entriesOf(new Map(entriesOf(entry)).get('opts')));
    return [{ id: String(options.get('hostname') ?? `node-${i}`) }];
  });
}
