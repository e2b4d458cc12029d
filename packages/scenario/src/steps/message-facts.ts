/** What is known of the messages of one step, once they are over. */

import { type Graph, predictedDmFrames, predictedFloodFrames } from '@peerlab/graph';
import type { JudgedMessage, Reception } from '@peerlab/lab';

/** A message of a step, with its deliveries. */
export type MessageFact = JudgedMessage & {
  readonly receptions: readonly Reception[];
  /** On the lab's clock. */
  readonly sentAtMs: number;
};

/** See the module's header. */
export interface MessageFacts {
  /** As it was when they were sent. */
  readonly graph: Graph;
  /** In topology order. */
  readonly names: readonly string[];
  /** The peers that run. */
  readonly running: readonly number[];
  readonly messages: readonly MessageFact[];
  /** Data frames of all of them together; undefined where they could not be counted. */
  readonly frames: number | undefined;
  /** Faults changed while they were in flight: no single graph predicts their receivers. */
  readonly isGraphMoving: boolean;
}

/** Frames under uniform delay, of all messages. */
export function predictedFrames({ graph, messages }: MessageFacts): number {
  return messages.reduce((total, { message: { from, to, ttl = Number.POSITIVE_INFINITY } }) => {
    const frames = to === undefined ? predictedFloodFrames(graph, from, ttl) : predictedDmFrames(graph, from, to, ttl);
    return total + frames;
  }, 0);
}
