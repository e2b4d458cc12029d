/** What a report says of security where it is not what somebody may take it for: nothing is lowered without a word. */
import type { SecuritySetting } from '@peerlab/conditions';
import { defaultSecurityOf, isSilentOnSecurity, securityOf, type Topology } from '@peerlab/topology';
import type { LabPeer } from '../lab.ts';

/** Names that a note gives, before it counts. */
const SHOWN_NAMES = 3;

/**
 * Notes for a report: for which kind the lab is open, and which peers of the user's own do not say that they do what was asked.
 * @param peers in topology order, as the lab sees them
 */
export function securityNotes(topology: Topology, peers: readonly LabPeer[]): readonly string[] {
  return [...openFor(topology), ...unlikeAsked(topology, peers)];
}

/** The project's own peers could do more than the topology's default has them do. */
function openFor(topology: Topology): string[] {
  const { peers, kinds = [], security } = topology;
  if (security !== undefined || defaultSecurityOf(topology) !== 'open') return [];
  const silent = new Map(kinds.filter(isSilentOnSecurity).map(kind => [kind.name, kind]));
  const programs = new Set(kinds.filter(({ program }) => program !== undefined).map(({ name }) => name));
  const isOwn = ({ settings: { kind = '' } }: Topology['peers'][number]): boolean =>
    !silent.has(kind) && !programs.has(kind);
  const used = [...silent.keys()].filter(kind => peers.some(({ settings }) => settings.kind === kind));
  if (used.length === 0 || !peers.some(isOwn)) return [];
  return [`links are open, since the kind ${used[0]} does not say what its program speaks (security:)`];
}

function unlikeAsked(topology: Topology, peers: readonly LabPeer[]): string[] {
  const groups = new Map<string, string[]>();
  topology.peers.forEach(({ name, settings: { kind } }, place) => {
    const peer = peers[place];
    const asked = securityOf(topology, place);
    // The project's own peers do what they are told.
    if (kind === undefined || asked === undefined || asked === 'open') return;
    if (peer?.state !== 'running' || peer.silentMs !== undefined || peer.security === asked) return;
    const text = noteText(asked, peer.security);
    groups.set(text, [...(groups.get(text) ?? []), name]);
  });
  return [...groups].map(([text, names]) => `${namesText(names)}: ${text}`);
}

function noteText(asked: SecuritySetting, said: SecuritySetting | undefined): string {
  return said === undefined
    ? `told to be ${asked}, but does not say how it protects its links`
    : `told to be ${asked}, but says that it is ${said}`;
}

function namesText(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).join(', ');
  return names.length <= SHOWN_NAMES ? shown : `${shown} and ${names.length - SHOWN_NAMES} more`;
}
