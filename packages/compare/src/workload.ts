/** What a lab is made to carry while it is measured. */

/** The messages of a measurement. They all start at one peer, the first that runs. */
export interface Workload {
  /**
   * Broadcasts that are sent one at a time, for the latency.
   * @default 50: a 99th percentile is then about the worst of them; a second on a small lab
   */
  readonly singleBroadcasts: number;
  /**
   * Broadcasts that are sent as fast as they are delivered, for the throughput.
   * @default 500
   */
  readonly burstBroadcasts: number;
  /**
   * Broadcasts of the burst that may be under way at once.
   * @default 32: enough to fill the links of a small lab, too few to fill a queue
   */
  readonly window: number;
  /** Size of each payload, in bytes of text. @default 64 */
  readonly payloadBytes: number;
  /**
   * How long one broadcast may take to reach everybody before it counts as incomplete, in milliseconds.
   * @default 5000: a hundred times what a lab on one machine takes
   */
  readonly deliveryTimeoutMs: number;
}

/** See {@link Workload} for the reasons. */
export const DEFAULT_WORKLOAD: Workload = {
  singleBroadcasts: 50,
  burstBroadcasts: 500,
  window: 32,
  payloadBytes: 64,
  deliveryTimeoutMs: 5000,
};
