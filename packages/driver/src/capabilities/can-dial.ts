/** A peer's TCP ports can be tried from where its own network is, wherever this process runs. */

/** See the module's header. */
export interface CanDial {
  /**
   * Tries a TCP port at the peer's own address until it takes a connection, or the time is over.
   * @returns whether it took one
   * @throws {LabError} `PEER_FAILED` when the peer does not run; `NO_SUCH_PEER`
   */
  dial(index: number, port: number, options: DialOptions): Promise<boolean>;
}

/** How long a port is tried. */
export interface DialOptions {
  /** In milliseconds. It is tried once at least. */
  readonly timeoutMs: number;
  /** Ends it early: the port has then taken none. */
  readonly signal?: AbortSignal;
}
