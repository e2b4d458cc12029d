/** Topologies of containerlab (containerlab.dev): nodes, and links between their interfaces. */
import { YamlDocument } from '@peerlab/topology';
import { numberOf, type RawEdge, type RawGraph, type SourceText } from '../raw-graph.ts';
import { entriesOf } from './json.ts';
import { importErrorOf } from './yaml.ts';

/** Ends of links that are no nodes of the lab. */
const OUTSIDE: ReadonlySet<string> = new Set(['host', 'mgmt-net', 'macvlan', 'dummy']);

/** Reads the graph; without interfaces and links to the host. @throws {TopologyError} */
export function readContainerlab({ file, text }: SourceText): RawGraph {
  const document = new YamlDocument(text, file);
  const data = new Map(entriesOf(document.data));
  const topology = new Map(entriesOf(data.get('topology')));
  const nodes = document.keys(['topology', 'nodes']).map(id => ({ id }));
  if (nodes.length === 0) throw importErrorOf(document, ['topology'], 'no nodes in the topology');
  const ids = new Set(nodes.map(({ id }) => id));
  const links = topology.get('links') ?? [];
  if (!Array.isArray(links)) throw importErrorOf(document, ['topology', 'links'], 'links must be a list');
  let dropped = 0;
  const edges = links.flatMap((link: unknown, i): RawEdge[] => {
    const path = ['topology', 'links', i];
    const fields = new Map(entriesOf(link));
    const endpoints = fields.get('endpoints') ?? [fields.get('endpoint')];
    const ends = (Array.isArray(endpoints) ? endpoints : []).map(nodeOfEnd);
    const isOutside = ends.some(end => end !== undefined && OUTSIDE.has(end) && !ids.has(end));
    if (isOutside || (ends.length === 1 && ids.has(ends[0] ?? ''))) {
      dropped++;
      return [];
    }
    const unknown = ends.find(end => end === undefined || !ids.has(end));
    if (ends.length !== 2 || ends.some(end => end === undefined || !ids.has(end))) {
      const what = unknown === undefined ? 'needs two endpoints' : `has an endpoint at "${unknown}", which is no node`;
      throw importErrorOf(document, path, `the link ${what}`, 'such as endpoints: ["a:eth1", "b:eth1"]');
    }
    const [source = '', target = ''] = ends;
    const delay = fields.get('delay');
    const weight = typeof delay === 'string' || numberOf(delay) !== undefined ? String(delay) : undefined;
    return [{ source, target, weight, line: document.place(path).line }];
  });
  const name = data.get('name');
  const notes = dropped > 0 ? [`Dropped links to the host or to no node: ${dropped}.`] : [];
  return { name: typeof name === 'string' ? name : undefined, isDirected: false, nodes, edges, notes };
}

/** `leaf-1:eth1`, or `{ node: leaf-1, interface: eth1 }`. */
function nodeOfEnd(end: unknown): string | undefined {
  if (typeof end === 'string') return end.split(':')[0];
  const node = new Map(entriesOf(end)).get('node');
  return node === undefined ? undefined : String(node);
}
