/** Topologies that are too large to be laid out: which they are, and what cannot stand in their files. */
import type { TopologyFile } from './file-schema.ts';
import type { Report } from './generator-section.ts';
import { MAX_LAID_OUT_PEERS } from './generators/generator.ts';
import { findGenerator, type GeneratorSpec, isLargeGraph, withDefaults } from './generators/index.ts';
import type { LargeTopology, LinkSettings } from './model.ts';

/** What the file of a large topology may say; everything else speaks of single peers, or of time in a lab that runs. */
const KEYS = ['name', 'seed', 'topology', 'defaults'];
const DEFAULTS = ['ttl', 'links'];

/** The large topology of a generator without fault; undefined when it is laid out. */
export function largeTopologyOf(
  { generator: name, values }: GeneratorSpec,
  identity: Pick<LargeTopology, 'name' | 'seed' | 'source'>,
  ttl: number | undefined,
  links: LinkSettings,
): LargeTopology | undefined {
  const generator = findGenerator(name);
  if (generator === undefined || !isLargeGraph(generator, values)) return undefined;
  const filled = withDefaults(generator, values);
  return {
    ...identity,
    generator: { generator: name, values: filled },
    peerCount: generator.peerCount(filled),
    linkCount: Math.round(generator.linkCount(filled)),
    defaults: { ...(ttl === undefined ? {} : { ttl }), links },
  };
}

/** Reports what the file says beside the generator and cannot be had at this size. */
export function refuseBesideLarge(file: TopologyFile, { peerCount }: LargeTopology, report: Report): void {
  const message = `not with ${peerCount} peers: beyond ${MAX_LAID_OUT_PEERS} a network is flooded as a whole`;
  const advice = 'remove it, or take fewer peers';
  // The schema has reported what is no key at all.
  for (const key of Object.keys(file)) if (!KEYS.includes(key)) report([key], message, advice, 'key');
  for (const key of Object.keys(file.defaults ?? {})) {
    if (!DEFAULTS.includes(key)) report(['defaults', key], message, advice, 'key');
  }
}
