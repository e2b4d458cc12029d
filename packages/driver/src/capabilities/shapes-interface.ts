/** The kernel can delay, lose and limit what a peer sends, whatever the peer is. */

/** See the module's header. */
export interface ShapesInterface {
  /**
   * Sets what the kernel does to everything that a peer sends, for a peer that does not announce `shape`; null: as it was.
   * Gone when the peer is started again or rejoins.
   * @throws {LabError} `NOT_SUPPORTED` with the reason, where the kernel cannot do that setting; `PEER_FAILED` when the peer does
   *   not run, or is off the network; `NO_SUCH_PEER`
   */
  shapeInterface(index: number, settings: NetemSettings | null): Promise<void>;
}

/** What a peer's network interface does to what it sends; what is left out is not done. */
export interface NetemSettings {
  /** One way, in milliseconds. */
  readonly latencyMs?: number | undefined;
  /** The latency varies by so much either way, in milliseconds: packets may overtake each other. */
  readonly jitterMs?: number | undefined;
  /** Part of the packets that are lost, 0 to 1; a stream sends them again. */
  readonly lossRatio?: number | undefined;
  /** In kilobits per second, above 0. */
  readonly bandwidthKbps?: number | undefined;
}
