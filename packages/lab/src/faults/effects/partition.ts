/** `partition`: cuts every link between groups, or mutes the first group. */
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
  const across = possibleLinks(topology).filter(({ a, b }) => groups[a] !== groups[b]);
  const isOneWay = fault.oneWay === true;
  const hit = isOneWay ? across.filter(({ a, b }) => groups[a] === 0 || groups[b] === 0) : across;
  const links = hit.map(({ a, b }): LinkPlaces => [a, b]);
  const revert = isOneWay
    ? await mute(
        ports,
        fault,
        links.map(([a, b]): LinkPlaces => (groups[a] === 0 ? [a, b] : [b, a])),
      )
    : await cut(ports, fault, links);
  const parts = [...new Set(groups)].sort((a, b) => a - b);
  const names = parts.map(part => fewOf(topology.peers.flatMap(({ name }, i) => (groups[i] === part ? [name] : []))));
  const what = `${links.length} link${links.length === 1 ? '' : 's'} ${isOneWay ? 'one way' : 'cut'}`;
  const text = `${faultRow(fault.verb).done} ${names.join(' | ')}; ${what}`;
  return { fault, text, peers: [], links: endsOfLinks(topology, links), notes: [], revert };
};
