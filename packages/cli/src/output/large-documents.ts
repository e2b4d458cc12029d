/** The JSON documents of networks that are too large to name every peer: figures in place of lists. */

import { type Verdict, verdictOf } from '@peerlab/finding';
import type { CheckFinding } from '@peerlab/lab';
import type { LargeResult } from '@peerlab/large-lab';
import type { FloodResult } from '@peerlab/simulation';
import { type CheckDocument, checkDocument, type GraphDocument } from './documents.ts';

/** `lab up FILE --driver simulation` of a large topology. */
export interface LargeUpDocument {
  readonly lab: string;
  readonly driver: 'simulation';
  readonly peers: number;
  readonly links: number;
  /** In bytes: what the run may take at its peak, and what was free. */
  readonly memory: { readonly neededBytes: number; readonly availableBytes: number };
  /** Milliseconds of each step. */
  readonly timings: Readonly<Record<string, number>>;
  /** Every flood, in order; the last one is partial if the run was cancelled. */
  readonly floods: readonly LargeFloodDocument[];
  /** The checks that finished, after those that were not tried. */
  readonly checks: readonly CheckDocument[];
  /** Of all checks together. */
  readonly verdict: Verdict;
  /** The run finished, and nothing failed. */
  readonly passed: boolean;
  /** The run was cancelled: the document holds partial results. */
  readonly isPartial: boolean;
  /** The command that reproduces the run. */
  readonly replay: string;
  readonly simulation: { readonly seed: number; readonly traceHash: string };
}

/** A flood with what it belongs to. */
export interface LargeFloodDocument extends FloodResult {
  readonly check: string;
  /** The peer that a direct message is for. */
  readonly destination?: number;
  readonly predictedFrames: number;
  readonly timeMs: number;
}

/** `lab graph` of a large topology. */
export interface LargeGraphDocument extends Omit<GraphDocument, 'peers' | 'links'> {
  readonly peers: number;
  readonly links: number;
}

/** From a run. @param leftOut checks that were not tried @param replay the command that reproduces the run */
export function largeUpDocument(
  result: LargeResult,
  leftOut: readonly CheckFinding[],
  replay: string,
): LargeUpDocument {
  const { topology, graph, memory, timings, floods, checks, passed, isPartial, traceHash } = result;
  return {
    lab: topology.name,
    driver: 'simulation',
    ...graph,
    memory,
    timings: Object.fromEntries(Object.entries(timings).map(([step, ms]) => [step, Math.round(ms)])),
    floods: floods.map(({ check, to, predictedFrames, result: flood, timeMs }) => ({
      check,
      ...(to === undefined ? {} : { destination: to }),
      ...flood,
      predictedFrames,
      timeMs: Math.round(timeMs),
    })),
    checks: [...leftOut, ...checks].map(checkDocument),
    verdict: verdictOf([...leftOut, ...checks]),
    passed,
    isPartial,
    replay,
    simulation: { seed: topology.seed, traceHash },
  };
}
