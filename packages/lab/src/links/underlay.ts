/** What the network between engines adds to a link: so that a latency that was asked for can be trusted, or not. */
import type { CanExec, PeerFacts } from '@peerlab/driver';
import type { LinkPlaces } from '../faults/choose-targets.ts';
import { type PingedLab, roundTrips } from '../faults/round-trips.ts';
import { transferRate } from './transfer-rate.ts';

/** The network between two engines. */
export interface Underlay {
  /** Their names, in the order of the lab's peers. */
  readonly engines: readonly [string, string];
  /** The shortest round trip over links between them, less what was asked of the link, in milliseconds. */
  readonly rttMs: number;
  /** What one short transfer between two of their peers came to, in bytes per second; left out where none could be tried. */
  readonly bytesPerS?: number;
  /** Links that were measured. */
  readonly links: number;
}

/**
 * Pings links between engines; pairs of engines without a link between them, or without a peer that can ping, are left out.
 * @param exec runs the transfers; undefined: the rate is left out
 * @throws {LabError} what a peer answers, but for a link that is not there
 */
export async function measureUnderlay(
  lab: PingedLab,
  peers: readonly PeerFacts[],
  links: readonly LinkPlaces[],
  exec?: CanExec,
): Promise<readonly Underlay[]> {
  const between = new Map<string, { readonly engines: readonly [string, string]; readonly links: LinkPlaces[] }>();
  for (const link of links) {
    const [one, other] = link.map(peer => peers[peer]?.engine);
    if (one === undefined || other === undefined || one === other) continue;
    const engines: readonly [string, string] = one < other ? [one, other] : [other, one];
    const key = engines.join(' ');
    const pair = between.get(key) ?? { engines, links: [] };
    pair.links.push(link);
    between.set(key, pair);
  }
  const measured: Underlay[] = [];
  for (const { engines, links: own } of between.values()) {
    const trips = await roundTrips(lab, own);
    if (trips.length === 0) continue;
    const rttMs = Math.max(0, Math.min(...trips.map(({ rttMs: took, askedMs }) => took - askedMs)));
    // One after the other: two at once would each see half of a machine.
    const [one, other] = (own[0] ?? []).map(place => peers[place]);
    const bytesPerS =
      exec === undefined || one === undefined || other === undefined ? undefined : await transferRate(exec, one, other);
    measured.push({ engines, rttMs, ...(bytesPerS === undefined ? {} : { bytesPerS }), links: trips.length });
  }
  return measured;
}
