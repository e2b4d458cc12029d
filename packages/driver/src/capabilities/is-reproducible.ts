/** Everything that happens in the lab follows from its seed: the simulation. Elsewhere a machine's chance is in it. */

/** See the module's header. */
export interface IsReproducible {
  readonly seed: number;
  /** A hash of everything that happened so far: equal for two runs that went the same way. */
  readonly traceHash: string;
  /**
   * Runs what only looks. Commands that it sends at once, before its first wait, take no time of the lab's: a run that is watched
   * goes the same way as one that is not.
   */
  aside<T>(look: () => T): T;
}
