/**
 * Compose files: a service is a peer. Services in a network that the file names reach each other, so each pair is linked;
 * `depends_on` and `links` link two. Without any of these all share the default network, and each pair is linked.
 */
import { YamlDocument } from '@peerlab/topology';
import type { RawEdge, RawGraph, SourceText } from '../raw-graph.ts';
import { entriesOf } from './json.ts';
import { importErrorOf } from './yaml.ts';

/** Services of a network whose pairs are linked one by one. */
const MAX_MEMBERS = 1025;

/** Reads the graph. @throws {TopologyError} */
export function readCompose({ file, text }: SourceText): RawGraph {
  const document = new YamlDocument(text, file);
  const data = new Map(entriesOf(document.data));
  const services = new Map(entriesOf(data.get('services')));
  const ids = document.keys(['services']);
  if (ids.length === 0) throw importErrorOf(document, ['services'], 'no services in the file');
  const edges: RawEdge[] = [];
  const members = new Map<string, string[]>();
  for (const id of ids) {
    const service = new Map(entriesOf(services.get(id)));
    for (const network of namesIn(service.get('networks'))) members.set(network, [...(members.get(network) ?? []), id]);
    for (const key of ['depends_on', 'links']) {
      for (const word of namesIn(service.get(key))) {
        const target = word.split(':')[0] ?? word;
        const path = ['services', id, key];
        if (!services.has(target)) throw importErrorOf(document, path, `unknown service "${target}"`);
        edges.push({ source: id, target, line: document.place(path).line });
      }
    }
  }
  const pairs = edges.length;
  if (members.size === 0 && pairs === 0) members.set('default', [...ids]);
  for (const [network, names] of members) {
    if (names.length > MAX_MEMBERS) {
      throw importErrorOf(
        document,
        ['services'],
        `${names.length} services share the network ${network}: too many pairs`,
      );
    }
    names.forEach((source, i) => {
      for (const target of names.slice(i + 1))
        edges.push({ source, target, line: document.place(['services', source]).line });
    });
  }
  const name = data.get('name');
  const links = [
    ...(pairs > 0 ? ['depends_on and links link two services'] : []),
    ...[...members].map(([network, { length }]) => `each pair of the ${length} in the network ${network} is linked`),
  ];
  return {
    name: typeof name === 'string' ? name : undefined,
    isDirected: false,
    nodes: ids.map(id => ({ id })),
    edges,
    notes: [`Each service is one peer, whatever its replicas. Links: ${links.join('; ')}.`],
  };
}

/** The names of a list, or of a map. */
function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : entriesOf(value).map(([name]) => name);
}
