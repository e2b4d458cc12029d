/** What a lab's topology says about its links, for the world that it is simulated in. */
import { type Topology, topologyFromJson } from '@peerlab/topology';

type TopologySettings = Topology['defaults']['links'];

/** Settings of a simulated link, as far as a topology gives them. */
export interface SimulatedLink {
  latency?: { kind: 'constant'; ms: number };
  jitterMs?: number;
  lossRatio?: number;
  bandwidthKbps?: number;
}

/** See the module's header. */
export interface LinkPlan {
  readonly seed: number;
  readonly defaults: SimulatedLink;
  /** Links with settings of their own, by the indexes of their peers. */
  readonly overrides: readonly { readonly a: number; readonly b: number; readonly settings: SimulatedLink }[];
}

/** Reads a plan's topology. Text that is no topology says nothing: the links are as they are, and the seed is 1. */
export function linkPlan(topologyJson: string): LinkPlan {
  let topology: Topology;
  try {
    topology = topologyFromJson(topologyJson);
  } catch {
    return { seed: 1, defaults: {}, overrides: [] };
  }
  const overrides = topology.links
    .filter(({ settings }) => Object.keys(settings).length > 0)
    .map(({ a, b, settings }) => ({ a, b, settings: simulatedLink(settings) }));
  return { seed: topology.seed, defaults: simulatedLink(topology.defaults?.links ?? {}), overrides };
}

function simulatedLink({ latencyMs, jitterMs, lossRatio, bandwidthKbps }: TopologySettings): SimulatedLink {
  return {
    ...(latencyMs === undefined ? {} : { latency: { kind: 'constant', ms: latencyMs } }),
    ...(jitterMs === undefined ? {} : { jitterMs }),
    ...(lossRatio === undefined ? {} : { lossRatio }),
    ...(bandwidthKbps === undefined ? {} : { bandwidthKbps }),
  };
}
