/** Everything that happens in the lab follows from its seed: the simulation. Elsewhere a machine's chance is in it. */

/** See the module's header. */
export interface IsReproducible {
  readonly seed: number;
  /** A hash of everything that happened so far: equal for two runs that went the same way. */
  readonly traceHash: string;
}
