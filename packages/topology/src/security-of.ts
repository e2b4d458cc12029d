/** How each peer protects its links, and the links that cannot come up since their ends differ in that. */
import type { SecuritySetting } from '@peerlab/conditions';
import type { KindSpec, LinkSpec, Topology } from './model.ts';

/** The setting of a peer; undefined for a program that does not speak the peer contract: its links are its own. */
export function securityOf(
  { peers, kinds, security = 'open' }: Pick<Topology, 'peers' | 'kinds' | 'security'>,
  place: number,
): SecuritySetting | undefined {
  const settings = peers[place]?.settings;
  const kind = kinds?.find(({ name }) => name === settings?.kind);
  return kind?.program === undefined ? (settings?.security ?? security) : undefined;
}

/** The first link whose ends differ, by its place in the topology: neither end takes the other's setting. */
export function unequalLink(topology: Pick<Topology, 'peers' | 'kinds' | 'security' | 'links'>): number | undefined {
  if (topology.peers.every(({ settings }) => settings.security === undefined)) return undefined;
  const settings = topology.peers.map((_, place) => securityOf(topology, place));
  const isUnequal = ({ a, b }: LinkSpec): boolean =>
    settings[a] !== undefined && settings[b] !== undefined && settings[a] !== settings[b];
  const found = topology.links.findIndex(isUnequal);
  return found === -1 ? undefined : found;
}

/**
 * The setting of a topology whose file gives none: `sealed`, or `open` where peers run a program of the user that has not said that it
 * can do more, or none speaks the peer contract.
 */
export function defaultSecurityOf({ peers, kinds = [] }: Pick<Topology, 'peers' | 'kinds'>): SecuritySetting {
  const used = new Map(kinds.map(kind => [kind.name, kind]));
  const ofPeers = new Set(peers.map(({ settings: { kind } }) => (kind === undefined ? undefined : used.get(kind))));
  const speaking = [...ofPeers].filter(kind => kind?.program === undefined);
  return speaking.length === 0 || speaking.some(kind => kind !== undefined && isSilentOnSecurity(kind))
    ? 'open'
    : 'sealed';
}

/** True for a program of the user that speaks the peer contract and has not said what security it speaks. */
export function isSilentOnSecurity({ command, image, build, packages, program, security }: KindSpec): boolean {
  const isOfUser = [command, image, build, packages].some(value => value !== undefined);
  return isOfUser && program === undefined && security === undefined;
}
