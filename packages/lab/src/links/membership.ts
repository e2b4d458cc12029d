/** The neighbours of each peer, as it reports them: what the lab looks at where peers choose their own links. */
import type { Results } from '@peerlab/contract';
import { LabError, type PeerClient } from '@peerlab/driver';
import { type Graph, neighboursOf } from '@peerlab/graph';
import type { LinkedLab } from './linked-lab.ts';

/** See the module's header. Peers are places in the topology. */
export interface Membership {
  /** `lists[i]`: the peers that peer i lists, ascending, itself left out; undefined where it is away, or cannot tell. */
  readonly lists: readonly (readonly number[] | undefined)[];
  /** The peers that run and cannot tell. */
  readonly mute: readonly number[];
  /** Peers whose program did not answer, and why. */
  readonly failures: readonly { readonly at: number; readonly text: string }[];
  /** What peers list that is no peer of this lab. */
  readonly strangers: readonly { readonly at: number; readonly member: string }[];
}

/** Asks every peer that is there. */
export async function readMembership({ endpoints, presence }: LinkedLab): Promise<Membership> {
  const placeOf = new Map(
    endpoints.flatMap((end, i) => (end === undefined ? [] : [[end.client.info.nodeId, i] as const])),
  );
  const strangers: { readonly at: number; readonly member: string }[] = [];
  const failures: { readonly at: number; readonly text: string }[] = [];
  const mute = endpoints.flatMap((end, i) => (end !== undefined && !end.client.takes('neighbours') ? [i] : []));
  const lists = await Promise.all(
    endpoints.map(async (end, at) => {
      if (end === undefined || !end.client.takes('neighbours')) return undefined;
      const told = await membersOf(end.client);
      if (typeof told === 'string') {
        failures.push({ at, text: told });
        return undefined;
      }
      const found = new Set<number>();
      for (const { peer, address } of told?.links ?? []) {
        const place = placeOf.get(peer) ?? presence.placeOf(peer, address);
        if (place === undefined) strangers.push({ at, member: address });
        else if (place !== at) found.add(place);
      }
      return told === undefined ? undefined : [...found].sort((a, b) => a - b);
    }),
  );
  return { lists, mute, failures, strangers };
}

/** The neighbours of a peer, or why its program does not tell: a command that fails is no failure of the lab. */
export async function membersOf(client: PeerClient): Promise<Results['neighbours'] | string | undefined> {
  try {
    return await client.ask({ command: 'neighbours' });
  } catch (error) {
    if (client.program !== undefined && error instanceof LabError && error.code === 'PEER_REFUSED')
      return error.message;
    throw error;
  }
}

/** Peers that belong together, in parts: each ascending, in the order of their first. @param near the neighbours of each */
export function partsOf(peers: readonly number[], near: (peer: number) => Iterable<number>): number[][] {
  const left = new Set(peers);
  const links = new Map(peers.map(peer => [peer, new Set<number>()]));
  for (const peer of peers) {
    for (const other of near(peer)) {
      // A link belongs to both ends, even if one alone reports it.
      links.get(peer)?.add(other);
      links.get(other)?.add(peer);
    }
  }
  const parts: number[][] = [];
  for (const first of peers) {
    if (!left.delete(first)) continue;
    const part = [first];
    for (const peer of part) {
      for (const other of links.get(peer) ?? []) if (left.delete(other)) part.push(other);
    }
    parts.push(part.sort((a, b) => a - b));
  }
  return parts;
}

/** The parts into which faults cut the lab. */
export function sidesOf(graph: Graph, peers: readonly number[]): number[][] {
  return partsOf(peers, peer => neighboursOf(graph, peer));
}

/** The parts that the peers of one side fall into, by their lists. */
export function groupsOf(side: readonly number[], { lists }: Pick<Membership, 'lists'>): number[][] {
  return partsOf(side, peer => lists[peer] ?? []);
}
