/** Peers and links of a fault, in words. */
import type { LinkEnds } from '@peerlab/conditions';
import type { Topology } from '@peerlab/topology';
import type { LinkPlaces } from '../choose-targets.ts';

/** The peers' names; of many, the first few. */
export function namesText(topology: Topology, peers: readonly number[]): string {
  const names = peers.map(peer => nameOf(topology, peer));
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}

/** `n0-n1 n1-n2`; of many, the first few. */
export function linksText(topology: Topology, links: readonly LinkPlaces[]): string {
  return fewOf(links.map(([a, b]) => `${nameOf(topology, a)}-${nameOf(topology, b)}`));
}

/** The words; of many, the first few and how many more. */
export function fewOf(words: readonly string[]): string {
  return words.length > 6 ? `${words.slice(0, 5).join(' ')} and ${words.length - 5} more` : words.join(' ');
}

/** Links by the names of their ends. */
export function endsOfLinks(topology: Topology, links: readonly LinkPlaces[]): LinkEnds[] {
  return links.map(([a, b]) => [nameOf(topology, a), nameOf(topology, b)]);
}

/** A peer's name. */
export function nameOf(topology: Topology, peer: number): string {
  return topology.peers[peer]?.name ?? '';
}
