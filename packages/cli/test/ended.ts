/** How a run of the command ended, as a process or within the test's. */

/** How a run ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
