/** What is wrong with a lab on purpose, from what its peers and its driver say. */
import type { LinkEnds, LinkShape } from '@peerlab/conditions';
import type { PeerFacts } from '@peerlab/driver';
import { possibleLinks, type Topology } from '@peerlab/topology';
import type { LinkControl } from '../links/link-control.ts';
import { direction } from '../links/link-state.ts';

/** One thing that is wrong. */
export type ActiveFault =
  | { readonly kind: 'stopped' | 'paused' | 'isolated'; readonly peer: string }
  /** `by`: the kernel does it, in the place of a peer that cannot. Then the two peers need not be linked in the topology. */
  | { readonly kind: 'cut'; readonly link: LinkEnds; readonly by?: 'kernel' }
  /** The second peer does not hear the first. */
  | { readonly kind: 'muted'; readonly link: LinkEnds; readonly by?: 'kernel' }
  /** What the first peer sends to the second is not as the topology says. */
  | { readonly kind: 'shaped'; readonly link: LinkEnds; readonly settings: LinkShape };

/** What holds on links. */
export type LinksNow = Pick<LinkControl, 'state' | 'isCutByKernel' | 'kernelWays'>;

/** Peers first, then links, in the order of the topology; then pairs of peers without a link. */
export function activeFaults(topology: Topology, facts: readonly PeerFacts[], links: LinksNow): ActiveFault[] {
  return [...facts.flatMap(faultsOfPeer), ...faultsOfLinks(topology, links), ...faultsBeside(topology, links)];
}

function faultsOfPeer({ name, state, isolated, unseen }: PeerFacts): ActiveFault[] {
  if (unseen !== undefined) return [];
  if (state === 'stopped' || state === 'missing') return [{ kind: 'stopped', peer: name }];
  return [
    ...(state === 'paused' ? [{ kind: 'paused' as const, peer: name }] : []),
    ...(isolated === true ? [{ kind: 'isolated' as const, peer: name }] : []),
  ];
}

function faultsOfLinks(topology: Topology, { state, isCutByKernel }: LinksNow): ActiveFault[] {
  const { peers } = topology;
  const changed = new Set(state.changed);
  const ends = (from: number, to: number): LinkEnds => [peers[from]?.name ?? '', peers[to]?.name ?? ''];
  return possibleLinks(topology).flatMap(({ a, b }): ActiveFault[] => {
    const byKernel = (from: number, to: number) => (isCutByKernel(from, to) ? { by: 'kernel' as const } : {});
    if (state.isDown(a, b)) return [{ kind: 'cut', link: ends(a, b), ...byKernel(a, b), ...byKernel(b, a) }];
    const ways = [
      [a, b],
      [b, a],
    ] as const;
    return ways.flatMap(([from, to]): ActiveFault[] => {
      const key = direction(from, to);
      if (!changed.has(key)) return [];
      if (state.isMuted(from, to)) return [{ kind: 'muted', link: ends(from, to), ...byKernel(from, to) }];
      return [{ kind: 'shaped', link: ends(from, to), settings: state.wanted(key) ?? {} }];
    });
  });
}

/** Between peers without a link the kernel alone cuts. */
function faultsBeside(topology: Topology, { isCutByKernel, kernelWays }: LinksNow): ActiveFault[] {
  const { peers } = topology;
  const linked = new Set(possibleLinks(topology).flatMap(({ a, b }) => [direction(a, b), direction(b, a)]));
  return kernelWays
    .filter(([from, to]) => !linked.has(direction(from, to)) && !(isCutByKernel(to, from) && to < from))
    .sort(([a, b], [c, d]) => a - c || b - d)
    .map(([from, to]): ActiveFault => {
      const link: LinkEnds = [peers[from]?.name ?? '', peers[to]?.name ?? ''];
      return { kind: isCutByKernel(to, from) ? 'cut' : 'muted', link, by: 'kernel' };
    });
}
