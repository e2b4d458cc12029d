/** From the words of a fault to the peers and links that it hits. Pure: the same words and seed choose the same. */

import type { FaultOf, FaultOn } from '@peerlab/conditions';
import { LabError } from '@peerlab/driver';
import { Random } from '@peerlab/graph';
import { possibleLinks, type Topology } from '@peerlab/topology';

/** A link by the places of its peers, as the topology draws it. */
export type LinkPlaces = readonly [number, number];

/**
 * The places of the peers that a fault hits.
 * @param isThere which of them can be drawn where none are named: a peer that does not run cannot be killed
 * @throws {LabError} `NO_SUCH_PEER`; `NOT_SUPPORTED` when nothing is left to hit
 */
export function chosenPeers(
  fault: FaultOn<'peers'>,
  topology: Topology,
  placeOf: (name: string) => number,
  isThere: (place: number) => boolean = () => true,
): number[] {
  const named = fault.peers === undefined ? undefined : unique(fault.peers.map(placeOf));
  if (fault.random === undefined && named === undefined) throw nothingNamed(fault, 'peers');
  const all = named ?? topology.peers.map((_, place) => place).filter(isThere);
  return drawn(fault, all, topology.seed, 'peers');
}

/** The links that a fault hits. @throws {LabError} as {@link chosenPeers}; `NOT_SUPPORTED` for a link that is not drawn */
export function chosenLinks(
  fault: FaultOn<'links'>,
  topology: Topology,
  placeOf: (name: string) => number,
): LinkPlaces[] {
  const all = possibleLinks(topology).map(({ a, b }): LinkPlaces => [a, b]);
  const isNamed = fault.peers !== undefined || fault.links !== undefined;
  if (fault.random === undefined && !isNamed) throw nothingNamed(fault, 'links');
  const touched = new Set(fault.peers?.map(placeOf));
  const pairs = (fault.links ?? []).map(([a, b]) => drawnLink(all, placeOf(a), placeOf(b), topology));
  const named = all.filter(link => touched.has(link[0]) || touched.has(link[1]) || pairs.includes(link));
  return drawn(fault, isNamed ? named : all, topology.seed, 'links');
}

/**
 * The group of each peer, by place: 0 for the first; those that no group names are the last one.
 * @throws {LabError} `NO_SUCH_PEER`; `NOT_SUPPORTED` for a peer in two groups, and for fewer than two groups
 */
export function partitionGroups(
  fault: FaultOf<'partition'>,
  topology: Topology,
  placeOf: (name: string) => number,
): number[] {
  const named = fault.groups.filter(({ length }) => length > 0);
  const groups = new Array<number>(topology.peers.length).fill(named.length);
  named.forEach((names, group) => {
    for (const name of names) {
      const place = placeOf(name);
      const before = groups[place] ?? named.length;
      if (before !== named.length && before !== group) {
        throw new LabError('NOT_SUPPORTED', `${name} cannot be in two groups of a partition`);
      }
      groups[place] = group;
    }
  });
  if (new Set(groups).size < 2) {
    const advice = 'name some of the peers; the others form the second group';
    throw new LabError('NOT_SUPPORTED', 'a partition needs two groups of peers', { advice });
  }
  return groups;
}

/** So many of the items, drawn by the seed, in their order; all without `random`. */
function drawn<T>(fault: FaultOn<'peers' | 'links'>, items: readonly T[], seed: number, what: string): T[] {
  const { random: count } = fault;
  if (count === undefined) return [...items];
  if (count > items.length) {
    throw new LabError('NOT_SUPPORTED', `${fault.verb}: ${count} of ${items.length} ${what} cannot be drawn`);
  }
  return draw(items, count, new Random(fault.seed ?? seed));
}

/** A sample without repetition, in the order of the items. */
export function draw<T>(items: readonly T[], count: number, random: Random): T[] {
  const places = items.map((_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + random.below(places.length - i);
    [places[i], places[j]] = [places[j] ?? 0, places[i] ?? 0];
  }
  const chosen = new Set(places.slice(0, count));
  return items.filter((_, i) => chosen.has(i));
}

function drawnLink(all: readonly LinkPlaces[], a: number, b: number, topology: Topology): LinkPlaces {
  const found = all.find(([x, y]) => (x === a && y === b) || (x === b && y === a));
  if (found !== undefined) return found;
  const [from, to] = [a, b].map(place => topology.peers[place]?.name ?? '');
  const neighbours = all.filter(link => link.includes(a)).map(([x, y]) => topology.peers[x === a ? y : x]?.name ?? '');
  const shown = `${neighbours.slice(0, 5).join(', ')}${neighbours.length > 5 ? ', …' : ''}`;
  const advice = neighbours.length === 0 ? undefined : `${from} is linked to ${shown}`;
  throw new LabError('NOT_SUPPORTED', `${from} and ${to} are not linked in the topology`, {
    ...(advice && { advice }),
  });
}

function nothingNamed({ verb }: FaultOn<'peers' | 'links'>, what: string): LabError {
  return new LabError('NOT_SUPPORTED', `${verb} of what? Name ${what}, or draw some: random`);
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
