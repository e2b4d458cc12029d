/** Which faults come when, for how long: drawn from a seed, so that a bad hour can be had again. Pure. */
import { Random } from '@peerlab/graph';
import type { Topology } from '@peerlab/topology';
import { draw } from './choose-targets.ts';
import type { Fault, FaultVerb } from './fault.ts';

/** How wild it gets. */
export interface ChaosPlan {
  /** @default the topology's */
  readonly seed?: number | undefined;
  readonly durationMs: number;
  /** Time between two faults, about, in milliseconds. @default 2000 */
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

/** What chaos draws from. A stopped peer is as good as a killed one, but for its farewell. */
export const CHAOS_VERBS: readonly FaultVerb[] = [
  'partition',
  'link-down',
  'kill',
  'pause',
  'isolate',
  'slow',
  'flaky',
];

const EVERY_MS = 2000;
/** A fault lasts this many times the time between two faults, at least and at most. */
const [SHORTEST, LONGEST] = [0.5, 2];
/** No more than this share of the peers is away at once, so that there is a network left to be proven. */
const AWAY = 0.5;
const PEER_VERBS: ReadonlySet<FaultVerb> = new Set(['kill', 'stop', 'pause', 'isolate']);

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
    const fault = verb === undefined ? undefined : faultOf(verb, topology, inForce, random);
    if (fault !== undefined && untilMs > atMs) schedule.push({ atMs, untilMs, fault });
  }
  return schedule;
}

/** A fault that fits beside those in force; undefined when there is none. */
function faultOf(
  verb: FaultVerb,
  { peers, links }: Topology,
  inForce: readonly Fault[],
  random: Random,
): Fault | undefined {
  const names = peers.map(({ name }) => name);
  if (verb === 'partition') {
    if (names.length < 2 || inForce.some(other => other.verb === 'partition')) return undefined;
    const size = 1 + random.below(Math.floor(names.length / 2));
    return { verb, groups: [draw(names, size, random)], oneWay: random.fraction() < 0.25 };
  }
  if (PEER_VERBS.has(verb)) {
    const away = new Set(inForce.filter(other => PEER_VERBS.has(other.verb)).flatMap(other => other.peers ?? []));
    const left = names.filter(name => !away.has(name));
    const most = Math.floor(names.length * AWAY) - away.size;
    if (most < 1) return undefined;
    return { verb, peers: draw(left, 1 + random.below(Math.min(3, most)), random) };
  }
  const busy = new Set(inForce.flatMap(other => (other.links ?? []).map(link => link.join(':'))));
  const free = links
    .map(({ a, b }) => [names[a] ?? '', names[b] ?? ''] as const)
    .filter(link => !busy.has(link.join(':')));
  if (free.length === 0) return undefined;
  const chosen = draw(free, 1 + random.below(Math.min(3, free.length)), random);
  const settings = {
    slow: { latencyMs: 5 + random.below(200), jitterMs: random.below(5) },
    flaky: { lossRatio: Math.round((0.02 + random.fraction() * 0.2) * 100) / 100 },
    rate: { bandwidthKbps: 100 + random.below(10_000) },
  }[verb as string];
  return { verb, links: chosen, ...settings };
}
