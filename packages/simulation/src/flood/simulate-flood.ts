/** Runs a flood in slices, so that the caller can watch and cancel it. The flood itself is flood.ts. */
import type { FrameQueue } from '../queue/frame-queue.ts';
import { turn } from '../turn.ts';
import { Flood } from './flood.ts';
import { checkFlood, type FloodInput } from './flood-input.ts';
import type { FloodResult } from './flood-result.ts';

/** How far a flood is. */
export interface FloodProgress {
  /** Frames that arrived so far. */
  readonly arrived: number;
  /** Frames under way. */
  readonly inFlight: number;
  /** Frames of a flood without limit, 2|E| - |V| + 1: an upper bound for a plain flood of a connected graph. */
  readonly expected: number;
  readonly covered: number;
}

/** What a caller may have to do with a running flood. */
export interface FloodControl {
  /** Gives the run up: the result is what there is so far, and says so. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each slice. */
  readonly progress?: ((progress: FloodProgress) => void) | undefined;
  /** Called when the flood has ended or was cancelled: says for each peer whether it has the message. */
  readonly finished?: ((has: (peer: number) => boolean) => void) | undefined;
  /** The queue to use in place of the wheel: for comparing them. */
  readonly queue?: FrameQueue | undefined;
}

/** Frames in a slice: about a tenth of a second. */
const SLICE_FRAMES = 200_000;

/**
 * Simulates one flood.
 * @throws {SimulationError} `BAD_SETTING`, before anything runs
 */
export async function simulateFlood(input: FloodInput, control: FloodControl = {}): Promise<FloodResult> {
  const flood = new Flood(checkFlood(input), control.queue);
  const { peerCount, targets } = input.graph;
  const expected = Math.max(0, targets.length - peerCount + 1);
  while (control.signal?.aborted !== true && flood.run(SLICE_FRAMES)) {
    const { arrived, inFlight, covered } = flood;
    control.progress?.({ arrived, inFlight, expected, covered });
    await turn();
  }
  control.finished?.(peer => flood.has(peer));
  return flood.result();
}

/** The same, in one run: for small graphs, and for tests. */
export function simulateFloodNow(input: FloodInput): FloodResult {
  const flood = new Flood(checkFlood(input));
  flood.run(Number.POSITIVE_INFINITY);
  return flood.result();
}
