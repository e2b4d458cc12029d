/** The oracle of large networks: one flood against what the graph says of it. Pure. */

import type { Explanation } from '@peerlab/finding';
import { type Horizon, horizonAt } from '@peerlab/graph';
import { MAX_EXPLANATIONS } from '@peerlab/lab';
import type { FloodResult } from '@peerlab/simulation';
import type { LargeNetwork } from './large-network.ts';
import type { PlannedFlood } from './large-result.ts';

/** What a verdict needs of the network: whether delays can change its frames, and its peers' names. */
export type JudgedNetwork = Pick<LargeNetwork, 'isUniform' | 'nameOf'>;

/** What was seen of a flood that came to its end. */
export interface SeenFlood {
  readonly result: FloodResult;
  /** Says for each peer whether it has the message. */
  readonly has: (peer: number) => boolean;
}

/**
 * Judges a flood:
 * - a broadcast with TTL T is had by exactly the peers with a distance of at most T, delivered once for each but its
 *   origin, and costs the predicted frames, where no delays can change them;
 * - its first copies took no fewer hops than the distance, and no more than the TTL;
 * - a direct message is delivered once where the distance is at most its TTL, and not at all where it is more.
 * @returns the first few broken promises
 */
export function judgeFlood(
  flood: PlannedFlood,
  { result, has }: SeenFlood,
  horizon: Horizon,
  network: JudgedNetwork,
): Explanation[] {
  const found =
    flood.to === undefined
      ? judgeBroadcast(flood, { result, has }, horizon, network)
      : judgeDm(flood, result, horizon, network);
  // A loss that no peer suffered from is reported only for a broadcast, whose frames are counted.
  if (result.lost > 0 && (found.length > 0 || flood.check === 'broadcast'))
    found.unshift({ kind: 'frames', text: `${nameOf(flood, network)} lost ${result.lost} frames on datagram links` });
  return found.slice(0, MAX_EXPLANATIONS);
}

function judgeBroadcast(
  flood: PlannedFlood,
  { result, has }: SeenFlood,
  horizon: Horizon,
  network: JudgedNetwork,
): Explanation[] {
  const ttl = flood.ttl ?? Number.POSITIVE_INFINITY;
  const { expected, predictedFrames } = flood;
  const found: Explanation[] = strayPeers(flood, has, horizon, ttl, network);
  if (result.delivered !== expected) {
    const text = `${nameOf(flood, network)} was delivered ${result.delivered} times, but ${expected} peers should deliver it once`;
    found.push({ kind: result.delivered > expected ? 'twice' : 'missed', text });
  }
  let covered = 0;
  for (const [hops, count] of result.coveredByHop.entries()) {
    covered += count;
    const within = 1 + horizonAt(horizon, hops).reached;
    if (covered <= within && (count === 0 || hops <= ttl)) continue;
    const text = `${covered} peers took ${nameOf(flood, network)} within ${hops} hops, and ${within} are as near`;
    found.push({ kind: 'hops', text });
    break;
  }
  if ((flood.ttl === undefined || network.isUniform) && result.frames !== predictedFrames) {
    found.push({
      kind: 'frames',
      text: `${nameOf(flood, network)} cost ${result.frames} frames, predicted ${predictedFrames}`,
    });
  }
  return found;
}

/** Peers that have it and must not, or must and have not. */
function strayPeers(
  flood: PlannedFlood,
  has: SeenFlood['has'],
  { hops }: Horizon,
  ttl: number,
  network: JudgedNetwork,
): Explanation[] {
  const found: Explanation[] = [];
  for (let peer = 0; peer < hops.length && found.length < MAX_EXPLANATIONS; peer++) {
    const distance = hops[peer] ?? -1;
    const isDue = distance >= 0 && distance <= ttl;
    if (has(peer) === isDue) continue;
    const where = distance === -1 ? 'without a path to it' : `${distance} hops from ${network.nameOf(flood.from)}`;
    found.push(
      isDue
        ? { kind: 'missed', text: `${network.nameOf(peer)}, ${where}, never got ${nameOf(flood, network)}` }
        : {
            kind: 'beyond-horizon',
            culprit: network.nameOf(peer),
            text: `${network.nameOf(peer)}, ${where}, got ${nameOf(flood, network)}`,
          },
    );
  }
  return found;
}

function judgeDm(
  flood: PlannedFlood,
  { delivered }: FloodResult,
  { hops }: Horizon,
  network: JudgedNetwork,
): Explanation[] {
  const distance = hops[flood.to ?? -1] ?? -1;
  if (delivered === flood.expected) return [];
  const kind = delivered === 0 ? 'missed' : flood.expected === 0 ? 'beyond-horizon' : 'twice';
  const text = `${nameOf(flood, network)}, ${distance} hops away, was delivered ${delivered} times, not ${flood.expected}`;
  return [{ kind, text }];
}

function nameOf({ from, to, ttl }: PlannedFlood, network: JudgedNetwork): string {
  const limit = ttl === undefined ? '' : ` with TTL ${ttl}`;
  return to === undefined
    ? `the broadcast of ${network.nameOf(from)}${limit}`
    : `the message of ${network.nameOf(from)} to ${network.nameOf(to)}${limit}`;
}
