/** What is known of the messages of one step, once they are over. */

import { type Graph, predictedDmFrames, predictedFloodFrames } from '@peerlab/graph';
import type { FrameCount, TimedMessage, WholeMessages } from '@peerlab/lab';

/** See the module's header. */
export interface MessageFacts {
  /** As it was when they were sent. */
  readonly graph: Graph;
  /** In topology order. */
  readonly names: readonly string[];
  /** The peers that run. */
  readonly running: readonly number[];
  /** How many were sent. */
  readonly count: number;
  /** Those that are told one by one: of many, the ones that did not arrive as the graph predicts. */
  readonly messages: Iterable<TimedMessage>;
  /** The others, as sums. */
  readonly whole: readonly WholeMessages[];
  /** Places of peers that could not tell all that they received: what they missed is not known. */
  readonly mute: ReadonlySet<number>;
  /** Data frames of all of them together, and why they are not known; those of a load are not counted. */
  readonly counted: FrameCount;
  /** Why there is no path from one place to another: the step that cut it, where it was one. */
  readonly noPath: (from: number, to: number) => string;
  /** Faults changed while they were in flight: no single graph predicts their receivers. */
  readonly isGraphMoving: boolean;
}

/** Frames under uniform delay, of all messages. */
export function predictedFrames({
  graph,
  messages,
  whole,
}: Pick<MessageFacts, 'graph' | 'messages' | 'whole'>): number {
  const framesOf = ({ from, to, ttl = Number.POSITIVE_INFINITY }: WholeMessages['address']): number =>
    to === undefined ? predictedFloodFrames(graph, from, ttl) : predictedDmFrames(graph, from, to, ttl);
  let frames = 0;
  for (const { message } of messages) frames += framesOf(message);
  for (const { address, count } of whole) frames += count * framesOf(address);
  return frames;
}
