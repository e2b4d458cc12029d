/** Topologies that are too large to be laid out: which they are, and what cannot stand in their files. */

import type { LinkSettings } from '@peerlab/conditions';
import { findGenerator, type GeneratorSpec, withDefaults } from '@peerlab/graph';
import type { TopologyFile } from './file-schema.ts';
import type { Report } from './generator-section.ts';
import type { LargeTopology } from './model.ts';

/**
 * The most peers that are laid out, each an object with a name: as many as any driver takes whole. A generator of more
 * makes a LargeTopology, whose graph is drawn where it is needed.
 */
export const MAX_LAID_OUT_PEERS = 2000;

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
  if (generator === undefined) return undefined;
  const filled = withDefaults(generator, values);
  const { peers, links: linkCount } = generator.size(filled);
  if (peers <= MAX_LAID_OUT_PEERS) return undefined;
  return {
    ...identity,
    generator: { generator: name, values: filled },
    peerCount: peers,
    linkCount: Math.round(linkCount),
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
