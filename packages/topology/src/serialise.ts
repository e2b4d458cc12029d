/** A topology as JSON (kept with a running lab), as a fingerprint, and as a YAML file. */
import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { GeneratorSpec } from './generators/index.ts';
import type { Topology } from './model.ts';

/** The modeline by which editors find the schema; the path is from topologies/ in this project. */
export const SCHEMA_MODELINE = '# yaml-language-server: $schema=../packages/topology/schema/topology.schema.json';

/** The resolved topology as JSON: no generator, every peer and link, keys in a fixed order. */
export function topologyToJson(topology: Topology): string {
  const { name, seed, peers, links, defaults, source } = topology;
  return JSON.stringify({
    name,
    seed,
    peers: peers.map(peer => [peer.name, sorted(peer.settings)]),
    links: links.map(({ a, b, settings }) => [a, b, sorted(settings)]),
    defaults: sorted(defaults),
    source,
  });
}

/**
 * Reads what {@link topologyToJson} wrote.
 * @throws SyntaxError, TypeError for anything else
 */
export function topologyFromJson(json: string): Topology {
  const { name, seed, peers, links, defaults, source } = JSON.parse(json);
  return {
    name,
    seed,
    peers: peers.map(([peer, settings]: [string, object]) => ({ name: peer, settings })),
    links: links.map(([a, b, settings]: [number, number, object]) => ({ a, b, settings })),
    defaults,
    ...(source === undefined ? {} : { source }),
  };
}

/** Twelve hexadecimal digits that change when peers, links or settings do; not with the file's name or layout. */
export function topologyHash(topology: Topology): string {
  const { source: _, ...rest } = topology;
  return createHash('sha256').update(topologyToJson(rest)).digest('hex').slice(0, 12);
}

/** A topology file with every peer and link written out. Parsing it gives the same topology. */
export function topologyToYaml(topology: Topology, comment?: string): string {
  const { name, seed, peers, links, defaults } = topology;
  const hasPeerSettings = peers.some(({ settings }) => Object.keys(settings).length > 0);
  const nameOf = (peer: number): string => peers[peer]?.name ?? '';
  const file = {
    name,
    seed,
    peers: hasPeerSettings
      ? Object.fromEntries(peers.map(peer => [peer.name, peer.settings]))
      : peers.map(peer => peer.name),
    links: links.map(({ a, b, settings }) =>
      Object.keys(settings).length === 0 ? [nameOf(a), nameOf(b)] : { between: [nameOf(a), nameOf(b)], ...settings },
    ),
    ...defaultsOf(defaults),
  };
  return withHead(comment, stringify(file, { flowCollectionPadding: true, collectionStyle: 'any', lineWidth: 0 }));
}

/** A topology file that names a generator. */
export function generatorToYaml(
  spec: GeneratorSpec,
  options: { name: string; seed?: number; comment?: string },
): string {
  const { name, seed, comment } = options;
  const file = {
    name,
    ...(seed === undefined ? {} : { seed }),
    topology: { generator: spec.generator, ...spec.values },
  };
  return withHead(comment, stringify(file));
}

function defaultsOf({ ttl, links, peers }: Topology['defaults']): { defaults?: object } {
  const defaults = {
    ...(ttl === undefined ? {} : { ttl }),
    ...(Object.keys(links).length > 0 ? { links } : {}),
    ...(Object.keys(peers).length > 0 ? { peers } : {}),
  };
  return Object.keys(defaults).length > 0 ? { defaults } : {};
}

function withHead(comment: string | undefined, body: string): string {
  const lines = comment === undefined ? '' : comment.replace(/^/gm, '# ').concat('\n');
  return `${SCHEMA_MODELINE}\n${lines}${body}`;
}

/** The same data with the keys of every map in order, so that equal data gives equal JSON. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}
