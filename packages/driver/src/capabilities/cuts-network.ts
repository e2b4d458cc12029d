/** The kernel can silence the way from one peer to another, whatever program the peers are. */

/** A way between two peers, by their indexes. */
export type Way = readonly [from: number, to: number];

/** See the module's header. */
export interface CutsNetwork {
  /** The ways that are cut now, whichever process cut them, each once. */
  cuts(): Promise<readonly Way[]>;
  /**
   * From now on nothing that the first peer of each way sends to the second one arrives, and the sender gets no error: a
   * silent network. It holds until it is restored, also where a peer is killed and started, or isolated and back, meanwhile;
   * of a peer that does not run, from its start. Ways that are cut already stay so. Multicast and broadcast are let through.
   * @throws {LabError} `NOT_SUPPORTED` with the reason; `NO_SUCH_PEER`; then none of these ways is cut by this call
   */
  cut(ways: readonly Way[]): Promise<void>;
  /** Lets these ways through again; one that is not cut is left as it is. @throws {LabError} as {@link cut} */
  restore(ways: readonly Way[]): Promise<void>;
}
