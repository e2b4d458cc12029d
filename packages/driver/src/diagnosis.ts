/** Whether a driver can work here, and what of its surroundings a user should know. */

/** What {@link Driver.probe} finds. */
export interface Probe {
  readonly available: boolean;
  /** Why, or why not, in one clause: `Docker 20.10.24 answers at unix:///var/run/docker.sock`. */
  readonly reason: string;
  /** What to do, where it is not available. */
  readonly advice?: string;
  /**
   * True where it is not available and never was on this machine: it has no labs. Otherwise a driver that is not available may
   * well have some.
   */
  readonly isAbsent?: boolean;
  /** Of a driver that is available: its engines that do not answer, each with what to do. Labs may be there as well. */
  readonly silent?: readonly SilentEngine[];
}

/** An engine of several that does not answer. */
export interface SilentEngine {
  readonly name: string;
  /** In one clause. */
  readonly reason: string;
  readonly advice?: string | undefined;
}

/** One fact of {@link Driver.diagnose}. */
export interface Diagnosis {
  /** In one or two words, such as `subnets`. */
  readonly what: string;
  /** False when labs will suffer from it. */
  readonly ok: boolean;
  readonly detail: string;
  /** What to do, where it is not ok. */
  readonly advice?: string;
}
