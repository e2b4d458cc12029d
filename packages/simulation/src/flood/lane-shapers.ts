/** Which lane has which settings: one shaper for all, or one of a few for each lane. */

import { type FullLinkSettings, fullLinkSettings, type LinkSettings, oneWay, Shaper } from '@peerlab/conditions';
import type { Graph } from '@peerlab/graph';
import { SimulationError } from '../simulation-error.ts';
import type { LinkOverride } from './flood-input.ts';

/** See the module's header. */
export interface LaneShapers {
  /** The first is that of links without their own settings. */
  readonly shapers: readonly Shaper[];
  /** The shaper of each lane; undefined when all have the first. */
  readonly ofLane: Uint16Array | undefined;
}

/**
 * @throws {SimulationError} `BAD_SETTING` for an override of a link that is not there
 */
export function laneShapers(graph: Graph, defaults: FullLinkSettings, overrides: readonly LinkOverride[]): LaneShapers {
  const shapers = [new Shaper(defaults)];
  if (overrides.length === 0) return { shapers, ofLane: undefined };
  const ofLane = new Uint16Array(graph.targets.length);
  const known = new Map<string, number>();
  const shaperOf = (settings: LinkSettings): number => {
    const whole = fullLinkSettings(settings, defaults);
    const key = JSON.stringify(whole);
    let index = known.get(key);
    if (index === undefined) {
      index = shapers.push(new Shaper(whole)) - 1;
      known.set(key, index);
    }
    if (index > 0xffff) throw new SimulationError('BAD_SETTING', 'more than 65,535 kinds of links', 'use fewer');
    return index;
  };
  for (const { a, b, settings } of overrides) {
    ofLane[laneBetween(graph, a, b)] = shaperOf(oneWay(settings, 'there'));
    ofLane[laneBetween(graph, b, a)] = shaperOf(oneWay(settings, 'back'));
  }
  return { shapers, ofLane };
}

/**
 * The lane from one peer to its neighbour: a binary search in the row.
 * @throws {SimulationError} `BAD_SETTING` where there is no such link
 */
export function laneBetween(graph: Graph, from: number, to: number): number {
  let low = graph.offsets[from] ?? 0;
  let high = graph.offsets[from + 1] ?? 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((graph.targets[middle] ?? 0) < to) low = middle + 1;
    else high = middle;
  }
  if (low < (graph.offsets[from + 1] ?? 0) && graph.targets[low] === to) return low;
  throw new SimulationError('BAD_SETTING', `settings for a missing link ${from}-${to}`, 'remove them');
}
