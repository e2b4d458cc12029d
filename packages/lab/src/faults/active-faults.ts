/** What is wrong with a lab on purpose, from what its peers and its driver say. */
import type { LinkEnds, LinkShape } from '@peerlab/conditions';
import type { PeerFacts } from '@peerlab/driver';
import { possibleLinks, type Topology } from '@peerlab/topology';
import { direction, type LinkState } from '../links/link-state.ts';

/** One thing that is wrong. */
export type ActiveFault =
  | { readonly kind: 'stopped' | 'paused' | 'isolated'; readonly peer: string }
  | { readonly kind: 'cut'; readonly link: LinkEnds }
  /** The second peer does not hear the first. */
  | { readonly kind: 'muted'; readonly link: LinkEnds }
  /** What the first peer sends to the second is not as the topology says. */
  | { readonly kind: 'shaped'; readonly link: LinkEnds; readonly settings: LinkShape };

/** Peers first, then links, in the order of the topology. */
export function activeFaults(topology: Topology, facts: readonly PeerFacts[], links: LinkState): ActiveFault[] {
  return [...facts.flatMap(faultsOfPeer), ...faultsOfLinks(topology, links)];
}

function faultsOfPeer({ name, state, isolated }: PeerFacts): ActiveFault[] {
  if (state === 'stopped' || state === 'missing') return [{ kind: 'stopped', peer: name }];
  return [
    ...(state === 'paused' ? [{ kind: 'paused' as const, peer: name }] : []),
    ...(isolated === true ? [{ kind: 'isolated' as const, peer: name }] : []),
  ];
}

function faultsOfLinks(topology: Topology, links: LinkState): ActiveFault[] {
  const { peers } = topology;
  const changed = new Set(links.changed);
  const ends = (from: number, to: number): LinkEnds => [peers[from]?.name ?? '', peers[to]?.name ?? ''];
  return possibleLinks(topology).flatMap(({ a, b }): ActiveFault[] => {
    if (links.isDown(a, b)) return [{ kind: 'cut', link: ends(a, b) }];
    const ways = [
      [a, b],
      [b, a],
    ] as const;
    return ways.flatMap(([from, to]): ActiveFault[] => {
      const key = direction(from, to);
      if (!changed.has(key)) return [];
      if (links.isMuted(from, to)) return [{ kind: 'muted', link: ends(from, to) }];
      return [{ kind: 'shaped', link: ends(from, to), settings: links.wanted(key) ?? {} }];
    });
  });
}
