/** What a lab's topology says about its links, for the world that it is simulated in. */
import type { DrawnLinkSettings, LinkSettings } from '@peerlab/conditions';
import { type Topology, topologyFromJson } from '@peerlab/topology';

/** See the module's header. */
export interface LinkPlan {
  readonly seed: number;
  readonly linkCount: number;
  readonly defaults: LinkSettings;
  /** Links with their own settings, by the indexes of their peers; drawn from `a` to `b`. */
  readonly overrides: readonly { readonly a: number; readonly b: number; readonly settings: DrawnLinkSettings }[];
}

/** Reads a plan's topology. Text that is no topology says nothing: the links are as they are, and the seed is 1. */
export function linkPlan(topologyJson: string): LinkPlan {
  let topology: Topology;
  try {
    topology = topologyFromJson(topologyJson);
  } catch {
    return { seed: 1, linkCount: 0, defaults: {}, overrides: [] };
  }
  const overrides = topology.links.filter(({ settings }) => Object.keys(settings).length > 0);
  return { seed: topology.seed, linkCount: topology.links.length, defaults: topology.defaults?.links ?? {}, overrides };
}
