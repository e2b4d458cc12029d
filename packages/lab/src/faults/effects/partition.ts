/**
 * `partition`: cuts every link between groups, or mutes the first group. Peers that cannot cut a link may talk beside the drawn
 * links: of them, everything between groups is cut.
 */
import { type FaultOf, faultRow } from '@peerlab/conditions';
import { possibleLinks } from '@peerlab/topology';
import { type LinkPlaces, partitionGroups } from '../choose-targets.ts';
import type { Effect } from './effect.ts';
import { endsOfLinks, fewOf } from './fault-text.ts';
import { cut, mute } from './put-on-links.ts';

/** See the module's header. */
export const partition: Effect<FaultOf<'partition'>> = async (ports, fault) => {
  const { topology, placeOf } = ports;
  const groups = partitionGroups(fault, topology, placeOf);
  const isOneWay = fault.oneWay === true;
  const isAcross = (a: number, b: number): boolean =>
    groups[a] !== groups[b] && (!isOneWay || groups[a] === 0 || groups[b] === 0);
  const links = possibleLinks(topology).flatMap(({ a, b }): LinkPlaces[] => (isAcross(a, b) ? [[a, b]] : []));
  const drawn = new Set(links.map(pairKey));
  const beside = topology.peers.flatMap((_, b) =>
    topology.peers.slice(0, b).flatMap((__, a): LinkPlaces[] => {
      const isCut = isAcross(a, b) && ports.links.isForKernel(a, b) && !drawn.has(pairKey([a, b]));
      return isCut ? [[a, b]] : [];
    }),
  );
  const pairs = [...links, ...beside];
  const { revert, notes } = isOneWay
    ? await mute(
        ports,
        fault,
        pairs.map(([a, b]): LinkPlaces => (groups[a] === 0 ? [a, b] : [b, a])),
      )
    : await cut(ports, fault, pairs);
  const parts = [...new Set(groups)].sort((a, b) => a - b);
  const names = parts.map(part => fewOf(topology.peers.flatMap(({ name }, i) => (groups[i] === part ? [name] : []))));
  const [linked, unlinked] = topology.ownLinks === true ? [0, pairs.length] : [links.length, beside.length];
  const counted = [
    ...(linked > 0 || unlinked === 0 ? [`${linked} link${linked === 1 ? '' : 's'}`] : []),
    ...(unlinked > 0 ? [`${unlinked} pair${unlinked === 1 ? '' : 's'} of peers`] : []),
  ];
  const text = `${faultRow(fault.verb).done} ${names.join(' | ')}; ${counted.join(' and ')} ${isOneWay ? 'one way' : 'cut'}`;
  return { fault, text, peers: [], links: endsOfLinks(topology, pairs), notes, revert };
};

function pairKey([a, b]: LinkPlaces): string {
  return `${Math.min(a, b)}-${Math.max(a, b)}`;
}
