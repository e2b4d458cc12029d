/** Which floods prove a large network: as much as can be had for about so many frames a check. */
import { type Graph, type Horizon, horizonAt, horizonFrom, type Random } from '@peerlab/graph';
import { EXACT_TTL_MAX } from '@peerlab/protocol';
import type { LargeCheckName, PlannedFlood } from './large-result.ts';

/** Frames of each check, about: a second or two of a million peers. A check has one flood at the least, whatever it costs. */
const MAX_FRAMES: Readonly<Record<LargeCheckName, number>> = { broadcast: 8_000_000, ttl: 3_000_000, dm: 3_000_000 };
/** Origins of the broadcasts, at the most. */
const MAX_ORIGINS = 5;
/** What a flood costs beside its frames: so many peers are set up in the time of one frame. */
const PEERS_PER_FRAME = 64;

/** See the module's header. */
export interface FloodPlan {
  readonly floods: readonly PlannedFlood[];
  /** What is left out of a check, and why. */
  readonly notes: Readonly<Record<LargeCheckName, readonly string[]>>;
  /** The graph as the origin of each flood sees it. */
  readonly horizons: ReadonlyMap<number, Horizon>;
}

/**
 * Plans the floods of these checks. The origin of the TTL floods and of the direct messages is the first of the
 * broadcasts' ones.
 * @param random decided by the topology's seed
 */
export function planFloods(graph: Graph, checks: readonly LargeCheckName[], random: Random): FloodPlan {
  const first = random.below(graph.peerCount);
  const horizon = horizonFrom(graph, first);
  const horizons = new Map([[first, horizon]]);
  const notes: Record<LargeCheckName, string[]> = { broadcast: [], ttl: [], dm: [] };
  const floods: PlannedFlood[] = [];
  if (checks.includes('broadcast')) {
    const each = Math.max(1, horizonAt(horizon, Number.POSITIVE_INFINITY).frames);
    const count = Math.min(MAX_ORIGINS, graph.peerCount, Math.max(1, Math.floor(MAX_FRAMES.broadcast / each)));
    while (horizons.size < count) {
      const from = random.below(graph.peerCount);
      if (!horizons.has(from)) horizons.set(from, horizonFrom(graph, from));
    }
    for (const [from, seen] of horizons) {
      const { reached, frames } = horizonAt(seen, Number.POSITIVE_INFINITY);
      floods.push({ check: 'broadcast', from, expected: reached, predictedFrames: frames });
    }
    notes.broadcast.push(`${count} of ${graph.peerCount} peers, chosen by the seed, were origins`);
  }
  const cost = (ttl: number): number => horizonAt(horizon, ttl).frames + graph.peerCount / PEERS_PER_FRAME;
  if (checks.includes('ttl')) {
    const last = Math.min(EXACT_TTL_MAX, horizon.furthest + 1);
    const tried = affordable('ttl', last, ttl => cost(ttl));
    for (let ttl = 1; ttl <= tried; ttl++) {
      const { reached, frames } = horizonAt(horizon, ttl);
      floods.push({ check: 'ttl', from: first, ttl, expected: reached, predictedFrames: frames });
    }
    if (tried <= horizon.furthest)
      notes.ttl.push(`TTLs beyond ${tried} were not tried; the furthest peer is ${horizon.furthest} hops away`);
  }
  if (checks.includes('dm')) {
    const last = Math.min(EXACT_TTL_MAX, horizon.furthest);
    const tried = affordable('dm', last, ttl => cost(ttl) + cost(ttl - 1));
    for (const [i, to] of onePeerAtEach(horizon, tried, random).entries()) {
      const distance = i + 1;
      for (const ttl of [distance, distance - 1]) {
        const { frames } = horizonAt(horizon, ttl);
        floods.push({ check: 'dm', from: first, to, ttl, expected: Number(ttl === distance), predictedFrames: frames });
      }
    }
    if (tried < horizon.furthest)
      notes.dm.push(`peers beyond ${tried} hops got no message; the furthest is ${horizon.furthest} hops away`);
  }
  return { floods, notes, horizons };
}

/** How many of 1 to `last` can be had together for the frames of a check; the first in any case. */
function affordable(check: LargeCheckName, last: number, framesOf: (ttl: number) => number): number {
  let frames = 0;
  for (let ttl = 1; ttl <= last; ttl++) {
    frames += framesOf(ttl);
    if (frames > MAX_FRAMES[check] && ttl > 1) return ttl - 1;
  }
  return last;
}

/** A peer at each distance from 1 to `last`, each of its kind as likely as any other. */
function onePeerAtEach({ hops, rows }: Horizon, last: number, random: Random): number[] {
  const left = Array.from({ length: last }, (_, i) => {
    const count = (rows[i]?.reached ?? 0) - (rows[i - 1]?.reached ?? 0);
    return random.below(count);
  });
  const chosen = new Array<number>(last).fill(-1);
  for (let peer = 0; peer < hops.length; peer++) {
    const at = (hops[peer] ?? 0) - 1;
    if (at < 0 || at >= last) continue;
    const before = left[at] ?? 0;
    if (before === 0) chosen[at] = peer;
    left[at] = before - 1;
  }
  return chosen;
}
