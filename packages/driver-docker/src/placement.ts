/** Which engine has which peer of a lab that spans several, and how many of its links lead from one engine to another. */
import { LabError, type LabPlan } from '@peerlab/driver';
import { graphFromEdges, place } from '@peerlab/graph';
import type { Engine } from './engine.ts';
import type { EngineFacts } from './engine-facts.ts';
import type { Fleet } from './fleet.ts';
import type { Span } from './labels.ts';

/** See the module's header. */
export interface Placement {
  /** For every peer the place of its engine in the fleet. */
  readonly places: readonly number[];
  /** Links between peers of different engines; undefined where the plan names no links. */
  readonly crossing: number | undefined;
}

/** The placement of a lab that is there: its containers stay where they are. */
export function placementOf({ engines, places }: Span, fleet: Fleet, plan: Pick<LabPlan, 'links'>): Placement {
  const inFleet = engines.map(({ name }) =>
    Math.max(
      0,
      fleet.engines.findIndex(engine => engine.name === name),
    ),
  );
  const moved = places.map(place => inFleet[place] ?? 0);
  return { places: moved, crossing: crossingLinks(moved, plan) };
}

/**
 * Places a new lab: as many peers on each engine as its weight says beside the others', its processor cores where it has none, so that few
 * links lead from one engine to another.
 * @param pinned engines by peer, by name
 * @throws {LabError} `NOT_SUPPORTED` for a pin of an unknown peer or engine
 */
export function placeLab(
  { engines, specs }: Fleet,
  { name, peers, links }: LabPlan,
  facts: readonly EngineFacts[],
  pinned: ReadonlyMap<string, string> = new Map(),
): Placement {
  if (engines.length === 1) return { places: peers.map(() => 0), crossing: 0 };
  const places = new Map(
    [...pinned].map(([peer, engine]) => {
      const index = peers.find(planned => planned.name === peer)?.index;
      const at = engines.findIndex(one => one.name === engine);
      if (index !== undefined && at !== -1) return [index, at] as const;
      const what = index === undefined ? `peer ${peer}` : `engine ${engine}`;
      throw new LabError('NOT_SUPPORTED', `${peer} cannot be placed on ${engine}: ${name} has no ${what}`);
    }),
  );
  const weights = facts.map(({ cores }, i) => specs[i]?.weight ?? cores);
  const { engineOf, crossingLinks } = place(graphFromEdges(peers.length, links ?? []), weights, places);
  return { places: engineOf, crossing: links === undefined ? undefined : crossingLinks };
}

function crossingLinks(places: readonly number[], { links }: Pick<LabPlan, 'links'>): number | undefined {
  return links?.filter(([a, b]) => places[a] !== places[b]).length;
}

/** The engines by name with their peers, and the links between them: `a 7, b 7, c 6; 3 of 20 links between engines`. */
export function placementText(
  { places, crossing }: Placement,
  { engines }: Fleet,
  { links }: Pick<LabPlan, 'links'>,
): string {
  const counts = engines.map(({ name }, i) => `${name} ${places.filter(place => place === i).length}`).join(', ');
  return crossing === undefined ? counts : `${counts}; ${crossing} of ${links?.length ?? 0} links between engines`;
}

/** The engine of a peer. */
export function engineAt({ engines, control }: Fleet, { places }: Placement, index: number): Engine {
  return engines[places[index] ?? 0] ?? control;
}
