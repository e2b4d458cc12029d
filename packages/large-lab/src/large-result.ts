/** What is known of a large network after its floods: figures for each flood, and the verdict of each check. */

import type { Explanation } from '@peerlab/finding';
import type { CheckFinding } from '@peerlab/lab';
import type { FloodResult } from '@peerlab/simulation';
import type { LargeTopology, Topology } from '@peerlab/topology';

/** The checks that a large network gets. Its links are what its arrays say: there is nothing to make and to prove. */
export const LARGE_CHECKS: readonly ['broadcast', 'ttl', 'dm'] = ['broadcast', 'ttl', 'dm'];

/** See {@link LARGE_CHECKS}. */
export type LargeCheckName = (typeof LARGE_CHECKS)[number];

/** One flood of a check. */
export interface PlannedFlood {
  readonly check: LargeCheckName;
  readonly from: number;
  /** The recipient of a direct message. */
  readonly to?: number | undefined;
  /** Left out: without limit. */
  readonly ttl?: number | undefined;
  /** Deliveries that the graph promises. */
  readonly expected: number;
  /** What it costs by the graph, under uniform delay; an upper bound for a direct message. */
  readonly predictedFrames: number;
}

/** A flood that was run. */
export interface RunFlood extends PlannedFlood {
  readonly result: FloodResult;
  /** Broken promises, the first few; empty for a cancelled flood, which is not judged. */
  readonly problems: readonly Explanation[];
  /** Of this machine. */
  readonly timeMs: number;
}

/** Memory, in bytes. */
export interface LargeMemory {
  /** What the run may take at its peak. */
  readonly neededBytes: number;
  /** What there was when it began. */
  readonly availableBytes: number;
}

/** What {@link proveLarge} comes to. */
export interface LargeResult {
  readonly topology: Topology | LargeTopology;
  readonly memory: LargeMemory;
  /** As drawn. */
  readonly graph: { readonly peers: number; readonly links: number };
  readonly floods: readonly RunFlood[];
  /** Counts only those that finished. */
  readonly checks: readonly CheckFinding[];
  /** Every check finished, and none failed. */
  readonly passed: boolean;
  /** The run was cancelled: the other fields hold partial results. */
  readonly isPartial: boolean;
  /** Milliseconds of each step that finished. */
  readonly timings: Readonly<Partial<Record<'network' | LargeCheckName, number>>>;
  /** Over every frame of every flood that arrived, in order. */
  readonly traceHash: string;
}
