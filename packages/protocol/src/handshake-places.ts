/** Which handshake gives way when more accepted connections wait for their handshake than there are places: the greediest address. */
import { hostOf } from './host-of.ts';
import type { Link } from './link.ts';

/**
 * Makes room for a newcomer. Counted anew, so that no way to end a handshake can be forgotten.
 * @param host the newcomer's
 * @returns the link whose handshake is to be ended: the oldest one of the address that has most. The newcomer itself, where its
 *   own address would have most, or as many as any other. Undefined: there is room.
 */
export function handshakeToEnd(links: Iterable<Link>, host: string, maxPending: number): Link | 'newcomer' | undefined {
  const byHost = new Map<string, Link[]>();
  let pending = 0;
  for (const link of links) {
    if (link.direction !== 'in' || link.phase !== 'handshake') continue;
    pending++;
    const from = hostOf(link.address);
    const others = byHost.get(from);
    if (others === undefined) byHost.set(from, [link]);
    else others.push(link);
  }
  if (pending < maxPending) return undefined;
  // With the newcomer.
  let most = (byHost.get(host)?.length ?? 0) + 1;
  let loser: Link | 'newcomer' = 'newcomer';
  for (const waiting of byHost.values()) {
    const [oldest] = waiting;
    if (oldest === undefined || waiting.length <= most) continue;
    most = waiting.length;
    loser = oldest;
  }
  return loser;
}
