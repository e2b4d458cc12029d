/** What a driver reports while it works. */

/** What a driver calls while it works. */
export interface WorkContext {
  /** Cancels the call: the driver stops at once, removes what this call created, and throws `ABORTED`. */
  readonly signal: AbortSignal;
  /** Tells how far the work is. */
  readonly report: (progress: Progress) => void;
  /** The claim of the lab's name, where the caller has it: {@link Driver.claim}. Without it `up` takes it for itself. */
  readonly claim?: AsyncDisposable | undefined;
  /**
   * What a call made that fails because of a peer (`PEER_FAILED`, `CONTRACT_BROKEN`) stays, so that it can be looked at.
   * @default false
   */
  readonly keepsFailed?: boolean | undefined;
}

/** A step of `up` as the driver does it; the texts end up on the user's terminal. */
export interface Progress {
  readonly step: 'image' | 'network' | 'peers';
  /** `done` carries the step's closing line, such as `20 up, 20 addresses`. */
  readonly state: 'started' | 'running' | 'done';
  readonly detail: string;
}
