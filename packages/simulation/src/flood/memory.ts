/** How much memory a flood takes, before it is made: so that what cannot fit is refused in place of dying half way. */

import { Lanes } from '@peerlab/conditions';
import type { GraphSize } from '@peerlab/graph';
import { MAX_SPAN_US } from '../queue/time-wheel.ts';
import { SimulationError } from '../simulation-error.ts';

/** Bytes, by what they are for. */
export interface MemoryEstimate {
  /** The graph once it stands. */
  readonly graphBytes: number;
  /** What making the graph takes beside it, for a while. */
  readonly generationBytes: number;
  /** The best TTL of each peer. */
  readonly peerBytes: number;
  /** What lanes remember, where they must. */
  readonly laneBytes: number;
  /** Frames under way, at the most. */
  readonly queueBytes: number;
  /** The most at one time: generation and flood do not overlap. */
  readonly peakBytes: number;
}

/** Node itself and the command, before anything is simulated, with what is thrown away on the way: measured. */
const BASE_BYTES = 120e6;
/** What a lane remembers of its neighbour: the best TTL that it has shown. */
const SHOWN_BYTES = 2;
/** A frame in the queue. */
const FRAME_BYTES = 16;

/**
 * The bytes that a flood over such a graph takes at the most. The queue is counted for the worst case, in which every
 * frame of the flood is under way at once, in an array that has just been doubled.
 */
export function estimateMemory(size: GraphSize, remembersLanes: boolean): MemoryEstimate {
  const lanes = 2 * size.links;
  const graphBytes = 4 * (size.peers + 1) + 4 * lanes;
  // Both ends of each link, the rows' starts twice, and the rows again while doubles are taken out.
  const generationBytes = 8 * size.links + 8 * size.peers + 4 * lanes;
  const peerBytes = 2 * size.peers;
  const laneBytes = remembersLanes ? (Lanes.BYTES_PER_LANE + SHOWN_BYTES) * lanes : 0;
  const queueBytes = 1.5 * FRAME_BYTES * 2 ** Math.ceil(Math.log2(Math.max(1024, lanes))) + 9 * MAX_SPAN_US;
  const peakBytes = BASE_BYTES + graphBytes + Math.max(generationBytes, peerBytes + laneBytes + queueBytes);
  return { graphBytes, generationBytes, peerBytes, laneBytes, queueBytes, peakBytes };
}

/**
 * Refuses what cannot fit.
 * @param availableBytes what the process may still take
 * @throws {SimulationError} `CANNOT_FIT`
 */
export function requireMemory({ peakBytes }: Pick<MemoryEstimate, 'peakBytes'>, availableBytes: number): void {
  if (peakBytes <= availableBytes) return;
  throw new SimulationError(
    'CANNOT_FIT',
    `this needs up to ${formatBytes(peakBytes)} of memory, but ${formatBytes(availableBytes)} are free`,
    'use fewer peers or links, or a machine with more memory',
  );
}

/** Bytes for people: `87 MB`, `1.2 GB`. */
export function formatBytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
