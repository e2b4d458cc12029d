/** Two links to the same peer: which of them stays, and when one of them is still on its way. Pure; peer.ts acts on it. */
import { compareIds, type Id, sameId } from './id.ts';
import type { Link } from './link.ts';

/**
 * True when both ends have dialled each other, and the newer link is the one that stays: that of the smaller node id. Both
 * ends decide alike. Of two links that one end has dialled, or of another start of the peer, the older one stays if it
 * lives.
 */
export function isBetterTwin(nodeId: Id, existing: Link, newer: Link): boolean {
  if (newer.peer === undefined || existing.direction === newer.direction || !isSameProcess(existing, newer))
    return false;
  return compareIds(nodeId, newer.peer) < 0 === (newer.direction === 'out');
}

/** True when both links lead to the same start of the same peer. */
export function isSameProcess(a: Link, b: Link): boolean {
  return a.hello !== undefined && b.hello !== undefined && sameId(a.hello.instance, b.hello.instance);
}

/** True for a link that may turn out to be the twin for which another one was ended: its HELLO is to come yet. */
export function mayBeTwin(link: Link): boolean {
  return link.direction === 'out' && link.state === 'handshake';
}
