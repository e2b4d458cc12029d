/** Peers can be frozen. */

/** See the module's header. */
export interface CanPause {
  /**
   * Freezes a peer: it neither computes nor reads, and its connections stay open until a neighbour gives them up. A paused peer
   * is left as it is.
   * @throws {LabError} `PEER_FAILED` when the peer does not run; `NO_SUCH_PEER`
   */
  pause(index: number): Promise<void>;
  /** Lets a paused peer go on; one that runs is left as it is. @throws {LabError} as {@link pause} */
  unpause(index: number): Promise<void>;
}
