/** Which faults come when, for how long: drawn from a seed, so that a bad hour can be had again. Pure. */
import {
  FAULT_VERBS,
  type Fault,
  type FaultVerb,
  faultRow,
  PARAMETERS,
  type ParameterName,
  parametersOf,
  targetsOf,
} from '@peerlab/conditions';
import { Random } from '@peerlab/graph';
import type { Topology } from '@peerlab/topology';
import { draw } from './choose-targets.ts';

/** How wild it gets. */
export interface ChaosPlan {
  /** @default the topology's */
  readonly seed?: number | undefined;
  readonly durationMs: number;
  /** Time average time between two faults, in milliseconds. @default 2000 */
  readonly everyMs?: number | undefined;
  /** @default CHAOS_VERBS */
  readonly verbs?: readonly FaultVerb[] | undefined;
}

/** A fault with its time, in milliseconds since the beginning. */
export interface ScheduledFault {
  readonly atMs: number;
  readonly untilMs: number;
  readonly fault: Fault;
}

/** What chaos draws from unless told otherwise. A stopped peer is as good as a killed one, but for its farewell. */
export const CHAOS_VERBS: readonly FaultVerb[] = FAULT_VERBS.filter(verb => faultRow(verb).isInChaos);

const EVERY_MS = 2000;
/** A fault lasts this many times the time between two faults, at least and at most. */
const [SHORTEST, LONGEST] = [0.5, 2];
/** No more than this share of the peers is away at once, so that there is a network left to be proven. */
const AWAY = 0.5;
/** Peers or links that one fault hits, at most. */
const MOST_HIT = 3;

/** See the module's header. Faults that are in force at once never hit the same peer or link, nor are there two partitions. */
export function chaosSchedule(topology: Topology, plan: ChaosPlan): ScheduledFault[] {
  const { durationMs, everyMs = EVERY_MS, verbs = CHAOS_VERBS, seed = topology.seed } = plan;
  if (verbs.length === 0) return [];
  const random = new Random(seed);
  const schedule: ScheduledFault[] = [];
  const steps = Math.floor(durationMs / everyMs);
  for (let step = 0; step < steps; step++) {
    const atMs = Math.round((step + random.fraction()) * everyMs);
    const untilMs = Math.min(
      durationMs,
      Math.round(atMs + (SHORTEST + random.fraction() * (LONGEST - SHORTEST)) * everyMs),
    );
    const verb = verbs[random.below(verbs.length)];
    const inForce = schedule.filter(other => other.untilMs > atMs).map(({ fault }) => fault);
    const targets = verb === undefined ? undefined : DRAW[faultRow(verb).targets](topology, inForce, random);
    if (verb === undefined || targets === undefined || untilMs <= atMs) continue;
    // What was drawn is what the verb's row asks for.
    const fault = { verb, ...targets, ...drawnValues(verb, random) } as Fault;
    schedule.push({ atMs, untilMs, fault });
  }
  return schedule;
}

type Targets = ReturnType<typeof targetsOf>;

/** Targets that fit beside the faults in force; undefined when there are none. */
type DrawTargets = (topology: Topology, inForce: readonly Fault[], random: Random) => Targets | undefined;

const DRAW: Readonly<Record<'groups' | 'peers' | 'links', DrawTargets>> = {
  groups: (topology, inForce, random) => {
    const names = namesOf(topology);
    if (names.length < 2 || inForce.some(({ verb }) => faultRow(verb).targets === 'groups')) return undefined;
    return { groups: [draw(names, 1 + random.below(Math.floor(names.length / 2)), random)] };
  },
  peers: (topology, inForce, random) => {
    const names = namesOf(topology);
    const ofPeers = inForce.filter(({ verb }) => faultRow(verb).targets === 'peers');
    const away = new Set(ofPeers.flatMap(fault => targetsOf(fault).peers ?? []));
    const most = Math.min(MOST_HIT, Math.floor(names.length * AWAY) - away.size);
    if (most < 1) return undefined;
    const left = names.filter(name => !away.has(name));
    return { peers: draw(left, 1 + random.below(most), random) };
  },
  links: (topology, inForce, random) => {
    const names = namesOf(topology);
    const busy = new Set(inForce.flatMap(fault => (targetsOf(fault).links ?? []).map(link => link.join(':'))));
    const free = topology.links
      .map(({ a, b }) => [names[a] ?? '', names[b] ?? ''] as const)
      .filter(link => !busy.has(link.join(':')));
    if (free.length === 0) return undefined;
    return { links: draw(free, 1 + random.below(Math.min(MOST_HIT, free.length)), random) };
  },
};

/** What a fault is told, by the rows of its parameters. */
function drawnValues(verb: FaultVerb, random: Random): Partial<Record<ParameterName, number | boolean>> {
  const values = parametersOf(verb).flatMap((name): [ParameterName, number | boolean][] => {
    const { chaos } = PARAMETERS[name];
    if (chaos === undefined) return [];
    if ('chance' in chaos) return [[name, random.fraction() < chaos.chance]];
    const { from, to, step } = chaos;
    const steps = random.below(Math.round((to - from) / step) + 1);
    // 0.02 + 7 * 0.01 is not 0.09 to the last digit.
    return [[name, Number((from + steps * step).toPrecision(12))]];
  });
  return Object.fromEntries(values);
}

function namesOf({ peers }: Topology): string[] {
  return peers.map(({ name }) => name);
}
