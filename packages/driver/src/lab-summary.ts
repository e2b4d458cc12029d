/** A lab in a list. */

/** A lab as `lab ls` shows it. */
export interface LabSummary {
  readonly name: string;
  /** The name of its driver. */
  readonly driver: string;
  readonly hash: string;
  readonly subnet: string;
  /** How many peers the topology has, and how many of them run. */
  readonly peers: number;
  readonly running: number;
  readonly ephemeral: boolean;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  /** Who made it, as `user@host:pid`. */
  readonly owner: string;
  /** Why it does not answer, as a sentence: then the rest is what its processes tell. Left out for a lab that answers. */
  readonly silent?: string;
}
