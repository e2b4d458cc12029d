/** What is flooded: a network's graph and links, from a generator that is not laid out or from a topology of named peers. */
import { fullLinkSettings } from '@peerlab/conditions';
import { type Graph, type GraphSize, generateGraph } from '@peerlab/graph';
import type { FloodInput, LinkOverride } from '@peerlab/simulation';
import { graphOf, isLargeTopology, type LargeTopology, type Topology } from '@peerlab/topology';

/** See the module's header. */
export interface LargeNetwork {
  readonly name: string;
  /** Decides delays and losses, and the checks' samples. */
  readonly seed: number;
  /** Before the graph is drawn; links where chance decides: as they are to be expected. */
  readonly size: GraphSize;
  readonly links: FloodInput['links'];
  /** Links that differ from {@link links}. */
  readonly overrides: readonly LinkOverride[];
  /** Every frame takes equally long and none is lost: the frames of a flood with a TTL are then known. */
  readonly isUniform: boolean;
  readonly nameOf: (peer: number) => string;
  readonly draw: () => Graph;
}

/** The name of a peer of a topology by its number. */
export function peerNameOf(topology: Topology | LargeTopology, peer: number): string {
  const name = isLargeTopology(topology) ? `n${peer}` : topology.peers[peer]?.name;
  if (name === undefined) throw new RangeError(`${topology.name} has no peer ${peer}`);
  return name;
}

/** The network of a topology. Its graph is the same either way. */
export function networkOf(topology: Topology | LargeTopology): LargeNetwork {
  const { name, seed, defaults } = topology;
  const { latencyMs, jitterMs, lossRatio } = fullLinkSettings(defaults.links);
  const isUniform = typeof latencyMs === 'number' && jitterMs === 0 && lossRatio === 0;
  const common = { name, seed, links: defaults.links, nameOf: (peer: number) => peerNameOf(topology, peer) };
  if (isLargeTopology(topology)) {
    const { generator, peerCount, linkCount } = topology;
    return {
      ...common,
      size: { peers: peerCount, links: linkCount },
      overrides: [],
      isUniform,
      draw: () => generateGraph(generator, seed),
    };
  }
  const { peers, links } = topology;
  const usual = JSON.stringify(defaults.links);
  const overrides = links.filter(({ settings }) => JSON.stringify(settings) !== usual);
  return {
    ...common,
    size: { peers: peers.length, links: links.length },
    overrides,
    isUniform: isUniform && overrides.length === 0,
    draw: () => graphOf(topology),
  };
}
