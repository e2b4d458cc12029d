/** Reads what says that the peers find their neighbours themselves: `topology: { peers: 6, links: own }`, or `links: own`. */
import { didYouMean } from '@peerlab/conditions';
import { MAX_OWN_PEERS, OWN_LINKS, type TopologyFile } from './file-schema.ts';
import type { Report } from './generator-section.ts';
import { describe } from './in-words.ts';
import type { PeerSpec } from './model.ts';

/** True for a section that names no generator, and says that it needs none. */
export function isOwnLinksSection(section: TopologyFile['topology']): boolean {
  return section?.generator === undefined && section?.links !== undefined;
}

/** The peers of such a section: n0, n1, …; none where something was reported. */
export function readOwnPeers(section: Readonly<Record<string, unknown>>, report: Report): PeerSpec[] {
  const { peers, links, ...others } = section;
  for (const key of Object.keys(others)) {
    const advice = didYouMean(key, ['peers', 'links']) ?? 'it takes peers and links alone';
    report(['topology', key], `unknown key "${key}"`, advice, 'key');
  }
  if (links !== OWN_LINKS) {
    const advice = 'write links: own, or draw them: peers: and links: at the top of the file';
    report(['topology', 'links'], `must be ${OWN_LINKS}, not ${describe(links)}`, advice);
  }
  const isCount = typeof peers === 'number' && Number.isInteger(peers) && peers >= 1 && peers <= MAX_OWN_PEERS;
  if (isCount) return Array.from({ length: peers }, (_, i) => ({ name: `n${i}`, settings: {} }));
  const wanted = `must be a whole number from 1 to ${MAX_OWN_PEERS}`;
  if (peers === undefined) report(['topology'], `peers is missing; it ${wanted}`, 'such as { peers: 6, links: own }');
  else report(['topology', 'peers'], `${wanted}, not ${describe(peers)}`);
  return [];
}
