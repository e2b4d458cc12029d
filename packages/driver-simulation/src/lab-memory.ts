/** How much memory a lab of whole peers takes in this process, and how much there is. */
import { freemem } from 'node:os';
import process from 'node:process';
import { getHeapStatistics } from 'node:v8';
import type { GraphSize } from '@peerlab/graph';

/**
 * The history of all peers together, for explanations. If each peer kept as much as in its own process,
 * two thousand peers with many links would need more memory than a process may use.
 */
export const MAX_LAB_RECORDS = 2e6;

/** Records that one peer keeps at the most: the agent's own bound. */
const MAX_PEER_RECORDS = 20_000;

// Measured on Node 20 with labs of 150 to 5,000 peers and 4,000 to 11,000 links, garbage on the way included: a peer and a
// link once they are up, and a record of a message.
const BYTES_PER_PEER = 25e3;
const BYTES_PER_LINK = 12e3;
const BYTES_PER_RECORD = 250;

/** Bytes that a lab takes at the most, with its checks and its recording. */
export function labBytes({ peers, links }: GraphSize): number {
  const records = Math.min(MAX_LAB_RECORDS, MAX_PEER_RECORDS * peers);
  return BYTES_PER_PEER * peers + BYTES_PER_LINK * links + BYTES_PER_RECORD * records;
}

/** Bytes that this process may still take: what the machine has, and no more than Node's heap may grow. */
export function availableLabBytes(): number {
  const { heap_size_limit: limit, used_heap_size: used } = getHeapStatistics();
  return Math.min(process.availableMemory?.() ?? freemem(), limit - used);
}
