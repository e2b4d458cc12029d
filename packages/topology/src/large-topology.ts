/** Topologies that are kept as their generator, because nothing of them speaks of single peers, and laying them out. */
import { findGenerator, type GeneratorSpec, generateEdges, withDefaults } from '@peerlab/graph';
import type { TopologyFile } from './file-schema.ts';
import type { LargeTopology, LinkSpec, PeerSpec, Topology } from './model.ts';

/** The most peers and links together that are laid out, about a gigabyte: beyond what any driver runs as whole peers. */
export const MAX_LAID_OUT = 4_000_000;

/** What a file may say without speaking of single peers, or of time in a lab that runs. */
const KEYS = ['name', 'seed', 'topology', 'defaults', 'pack', 'security'];
const DEFAULTS = ['ttl', 'links'];

/** The topology of a generator without fault, not laid out. */
export function undrawnTopologyOf(
  { generator: name, values }: GeneratorSpec,
  identity: Pick<LargeTopology, 'name' | 'seed' | 'source' | 'defaults' | 'pack' | 'security'>,
): LargeTopology | undefined {
  const generator = findGenerator(name);
  if (generator === undefined) return undefined;
  const filled = withDefaults(generator, values);
  const { peers, links } = generator.size(filled);
  return {
    ...identity,
    generator: { generator: name, values: filled },
    peerCount: peers,
    linkCount: Math.round(links),
  };
}

/** The keys of a file by which it speaks of single peers, as paths; a generator's network without any can stay undrawn. */
export function keysOfPeers(file: TopologyFile): string[][] {
  const keys = Object.keys(file).filter(key => !KEYS.includes(key));
  const ofDefaults = Object.keys(file.defaults ?? {}).filter(key => !DEFAULTS.includes(key));
  return [...keys.map(key => [key]), ...ofDefaults.map(key => ['defaults', key])];
}

/** False for more peers and links than are laid out. */
export function canBeLaidOut({ peerCount, linkCount }: LargeTopology): boolean {
  return peerCount + linkCount <= MAX_LAID_OUT;
}

/**
 * Every peer and link of it, for what needs them one by one. The graph is the one that its floods run on.
 * @throws RangeError for one that cannot be laid out
 */
export function layOut(large: LargeTopology): Topology {
  const { name, seed, source, generator, defaults, pack, security } = large;
  if (!canBeLaidOut(large)) throw new RangeError(`${large.peerCount} peers are too many to be laid out`);
  const { peers, links } = laidOut(generator, seed);
  return {
    name,
    seed,
    peers,
    links: links.map(link => ({ ...link, settings: defaults.links })),
    defaults: { ...defaults, peers: {} },
    ...(pack === undefined ? {} : { pack }),
    ...(security === undefined ? {} : { security }),
    generator,
    source,
  };
}

/** The peers and links of a generator: n0, n1, … without settings. */
export function laidOut(spec: GeneratorSpec, seed: number): { readonly peers: PeerSpec[]; readonly links: LinkSpec[] } {
  const { peerCount, edges } = generateEdges(spec, seed);
  return {
    peers: Array.from({ length: peerCount }, (_, i) => ({ name: `n${i}`, settings: {} })),
    links: Array.from({ length: edges.count }, (_, i) => ({ a: edges.a[i] ?? 0, b: edges.b[i] ?? 0, settings: {} })),
  };
}
