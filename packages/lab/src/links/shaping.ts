/** What links are like, handed to the peers at their ends: each plays it on what it sends. And asked back from them. */
import type { LinkShape } from '@peerlab/conditions';
import { type LinkSpec, possibleLinks, type Topology } from '@peerlab/topology';
import { type Direction, direction, endsOf, type LinkState } from './link-state.ts';
import type { Endpoint } from './linked-lab.ts';

/** How long a peer may take to say what is set, in milliseconds. @default 5000: it knows at once; what is asked next waits for it */
const LOOK_TIMEOUT_MS = 5000;

/** A lab whose links are shaped. */
export interface ShapedLab {
  readonly topology: Topology;
  readonly links: LinkState;
  readonly endpoints: readonly Endpoint[];
  /** In topology order; of peers that do not run as well. */
  readonly nodeIds: readonly string[];
}

/**
 * Tells the peers what is to hold in these directions, in place of what was set before. Peers that do not run, or cannot
 * shape, are passed over.
 * @returns the directions that nobody could be told
 * @throws {LabError} what a peer answers
 */
export async function tellShapes(
  { links: state, endpoints, nodeIds }: ShapedLab,
  directions: Iterable<Direction>,
): Promise<Direction[]> {
  const links = endpoints.map(() => [] as { peer: string; settings: LinkShape | null }[]);
  const untold: Direction[] = [];
  for (const key of directions) {
    const [from, to] = endsOf(key);
    const peer = nodeIds[to];
    if (endpoints[from]?.client.can('shape') !== true || peer === undefined) untold.push(key);
    else links[from]?.push({ peer, settings: state.wanted(key) ?? null });
  }
  await Promise.all(
    endpoints.map(async (endpoint, peer) => {
      const own = links[peer] ?? [];
      if (own.length === 0 || endpoint === undefined) return;
      // Of a peer that has ended, nothing is sent any more.
      await endpoint.client.ask({ command: 'shape', links: own });
    }),
  );
  return untold;
}

/** Asks these peers what is set on what they send, and takes it over into the state. */
export async function askShapes(
  { links: state, endpoints, nodeIds, topology }: ShapedLab,
  isAsked: (peer: number) => boolean,
): Promise<void> {
  const places = new Map(nodeIds.map((id, place) => [id, place]));
  const neighbours = neighboursIn(topology);
  await Promise.all(
    endpoints.map(async (endpoint, from) => {
      if (endpoint?.client.can('shape') !== true || !isAsked(from)) return;
      const told = await endpoint.client.ask({ command: 'shape' }, { timeoutMs: LOOK_TIMEOUT_MS });
      if (told === undefined) return;
      const set = new Map(told.links.map(({ peer, settings }) => [places.get(peer), settings]));
      for (const to of neighbours[from] ?? []) state.found(direction(from, to), set.get(to));
    }),
  );
}

/** What of a topology's link settings these peers cannot play, as notes for a report. */
export function unshapedNotes(topology: Topology, endpoints: readonly Endpoint[]): string[] {
  const unable = (peer: number): boolean => endpoints[peer]?.client.can('shape') === false;
  const links = shapedLinks(topology).filter(({ a, b }) => unable(a) || unable(b));
  if (links.length === 0) return [];
  const peers = new Set(links.flatMap(({ a, b }) => [a, b].filter(unable)));
  const names = [...peers].map(peer => topology.peers[peer]?.name ?? '');
  const who = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
  const what = links.length === 1 ? 'settings of 1 link' : `settings of ${links.length} links`;
  return [`${what} not applied, or in one direction only: ${who} without the capability shape`];
}

function shapedLinks(topology: Topology): LinkSpec[] {
  return possibleLinks(topology).filter(({ settings }) => Object.values(settings).some(value => value !== undefined));
}

/** By place: the peers that each can have a link with. */
function neighboursIn({ ownLinks, peers, links }: Topology): readonly (readonly number[])[] {
  const all = [...peers.keys()];
  if (ownLinks === true) return all.map(peer => all.filter(other => other !== peer));
  const neighbours = all.map(() => [] as number[]);
  for (const { a, b } of links) {
    neighbours[a]?.push(b);
    neighbours[b]?.push(a);
  }
  return neighbours;
}
