/** What the two queues for frames under way have in common: time-wheel.ts and frame-heap.ts. */

/**
 * Frames under way, by arrival; those that arrive at the same time leave in the order in which they were pushed.
 * Numbers in, numbers out: nothing is allocated for a frame.
 */
export interface FrameQueue {
  /** Frames that are under way. */
  readonly size: number;
  /** The frame that {@link pop} took out. */
  readonly atUs: number;
  readonly to: number;
  readonly from: number;
  readonly ttl: number;
  /** Bytes of its arrays. */
  readonly sizeBytes: number;
  /** @param atUs whole microseconds, not before the frame that was popped last */
  push(atUs: number, to: number, from: number, ttl: number): void;
  /** Takes the next frame out into the fields; false when there is none. */
  pop(): boolean;
}
