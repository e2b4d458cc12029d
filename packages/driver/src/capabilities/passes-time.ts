/** The lab has a time of its own, which passes at once when it is asked to: the simulation. Elsewhere one waits. */

/** See the module's header. */
export interface PassesTime {
  /** The lab's own time, in milliseconds since it began. */
  readonly nowMs: number;
  /** Lets that much of it pass, in milliseconds. */
  passTime(timeMs: number): Promise<void>;
}
