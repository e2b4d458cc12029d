/** `link-down`: cuts links. */
import { type FaultOf, faultRow } from '@peerlab/conditions';
import { chosenLinks } from '../choose-targets.ts';
import type { Effect } from './effect.ts';
import { endsOfLinks, linksText } from './fault-text.ts';
import { cut } from './put-on-links.ts';

/** See the module's header. */
export const cutLinks: Effect<FaultOf<'link-down'>> = async (ports, fault) => {
  const { topology, placeOf } = ports;
  const links = chosenLinks(fault, topology, placeOf);
  const { revert, notes } = await cut(ports, fault, links);
  const text = `${faultRow(fault.verb).done} ${linksText(topology, links)}`;
  return { fault, text, peers: [], links: endsOfLinks(topology, links), notes, revert };
};
