/** A whole peer can be taken off the network. */

/** See the module's header. */
export interface CanIsolate {
  /**
   * Takes a whole peer off the network; it runs on, and its control channel stays. One that is off is left as it is.
   * @throws {LabError} `PEER_FAILED` when the peer does not run; `NO_SUCH_PEER`
   */
  isolate(index: number): Promise<void>;
  /** Brings an isolated peer back, at its address; one that is on the network is left as it is. @throws as {@link isolate} */
  rejoin(index: number): Promise<void>;
}
