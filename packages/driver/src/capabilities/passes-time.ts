/** A lab with its own clock, which advances at once on request: the simulation. */

/** See the module's header. */
export interface PassesTime {
  /** The lab's own time, in milliseconds since it began. */
  readonly nowMs: number;
  /** Lets that much of it pass, in milliseconds. */
  passTime(timeMs: number): Promise<void>;
}
