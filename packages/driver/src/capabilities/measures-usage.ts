/** Peers take memory and processor time of the machine, each its own. */

/** See the module's header. */
export interface MeasuresUsage {
  /** What each peer takes, in topology order; undefined for one that does not run. */
  usage(): Promise<readonly (PeerUsage | undefined)[]>;
}

/** What a peer takes of the machine. */
export interface PeerUsage {
  /** Resident memory, in bytes. */
  readonly memoryBytes: number;
  /** Processor time since it started, user and system, in milliseconds. */
  readonly cpuMs: number;
}
