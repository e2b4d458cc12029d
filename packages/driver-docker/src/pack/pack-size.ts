/** How many peers share a container: what was asked for, or what fits this lab and this engine. Pure. */
import type { PackWish } from '@peerlab/driver';

/** By default a container each for up to so many peers: they come up within 4 s. */
const UNPACKED_PEERS = 20;

/** Peers of a container by default, where there are few enough: they share a thread, and answer within a second. */
const USUAL_PEERS = 500;

/**
 * Containers at most, by default. Each finds all others by an entry in the table of neighbours, which has 1,024 by default for
 * all namespaces of a machine: 30 of them fill it.
 */
const MOST_CONTAINERS = 24;

/** Peers per container; undefined: a container each. @param cores of the engine's machine */
export function packSize(wish: PackWish | undefined, peers: number, cores: number): number | undefined {
  if (wish !== 'auto') return wish;
  if (peers <= UNPACKED_PEERS) return undefined;
  const usual = Math.max(cores, Math.ceil(peers / USUAL_PEERS));
  return Math.ceil(peers / Math.min(MOST_CONTAINERS, usual));
}
