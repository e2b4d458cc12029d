/** The settings of links that a topology draws, handed to the peers at both ends: each plays them on what it sends. */
import type { LinkShape } from '@peerlab/contract';
import type { LinkSpec, Topology } from '@peerlab/topology';
import type { Endpoint } from './wiring.ts';

/**
 * Tells the peers what their links are like, in place of what was set before.
 * @param only a peer that was started again: it alone is told
 * @throws {LabError} what a peer answers
 */
export async function applyLinkSettings(
  topology: Topology,
  endpoints: readonly Endpoint[],
  only?: number,
): Promise<void> {
  const shapes = endpoints.map(() => [] as { peer: string; settings: LinkShape }[]);
  for (const { a, b, settings } of shapedLinks(topology)) {
    for (const [from, to] of [[a, b] as const, [b, a] as const]) {
      const peer = endpoints[to]?.client.info.nodeId;
      if (peer !== undefined && (only === undefined || only === from)) shapes[from]?.push({ peer, settings });
    }
  }
  await Promise.all(
    endpoints.map(async (endpoint, peer) => {
      const links = shapes[peer] ?? [];
      if (links.length === 0 || endpoint?.client.can('shape') !== true) return;
      await endpoint.client.request({ command: 'shape', links });
    }),
  );
}

/** What of a topology's link settings these peers cannot play, as notes for a report. */
export function unshapedNotes(topology: Topology, endpoints: readonly Endpoint[]): string[] {
  const unable = (peer: number): boolean => endpoints[peer]?.client.can('shape') === false;
  const links = shapedLinks(topology).filter(({ a, b }) => unable(a) || unable(b));
  if (links.length === 0) return [];
  const peers = new Set(links.flatMap(({ a, b }) => [a, b].filter(unable)));
  const names = [...peers].map(peer => topology.peers[peer]?.name ?? '');
  const who = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
  const what = links.length === 1 ? 'settings of 1 link' : `settings of ${links.length} links`;
  return [`${what} not applied, or in one direction only: ${who} cannot shape`];
}

function shapedLinks(topology: Topology): LinkSpec[] {
  return topology.links.filter(({ settings }) => Object.values(settings).some(value => value !== undefined));
}
