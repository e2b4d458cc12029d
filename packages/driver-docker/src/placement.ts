/** Which engine has which peer of a lab that spans several, and how many of its links lead from one engine to another. */
import type { LabPlan } from '@peerlab/driver';
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

/** Places a new lab: a block of peers for each engine, as large as the engine's cores allow beside the others'. */
export function placeLab({ specs }: Fleet, plan: LabPlan, facts: readonly EngineFacts[]): Placement {
  const weights = facts.map(({ cores }, i) => specs[i]?.weight ?? cores);
  const places = blocks(plan.peers.length, weights);
  return { places, crossing: crossingLinks(places, plan) };
}

/** The first so many get 0, the next 1, and so on: as the weights are to each other, as closely as whole peers allow. */
function blocks(count: number, weights: readonly number[]): readonly number[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  let upTo = 0;
  const ends = weights.map(weight => {
    upTo += weight;
    return Math.round((count * upTo) / whole);
  });
  return Array.from({ length: count }, (_, index) => ends.findIndex(end => index < end));
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
