/** Which networks are proven by floods over their graph, in place of whole peers. */
import { isLargeTopology, type LargeTopology, type Topology } from './model.ts';

/**
 * Above so many peers a network that needs nothing of single peers is proven by floods over its graph: whole peers take
 * longer than a person waits (two thousand: half a minute), floods well below a second. It is no limit: what needs whole
 * peers has them as far as memory goes.
 */
export const FLOODED_ABOVE_PEERS = 2000;

/**
 * True for a network that is better proven by floods over its graph than by whole peers: it is large, and nothing of it
 * speaks of single peers or of time.
 */
export function isProvenByFloods(topology: Topology | LargeTopology): boolean {
  if (isLargeTopology(topology)) return true;
  const { peers, kinds, scenario } = topology;
  const isPlain = peers.every(({ settings }) => Object.keys(settings).length === 0);
  return peers.length > FLOODED_ABOVE_PEERS && kinds === undefined && scenario === undefined && isPlain;
}
