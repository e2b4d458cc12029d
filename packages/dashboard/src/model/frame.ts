/** One copy of a message on one link. Message keeps them. */

/** One frame on one link. Peers are places in the topology. */
export interface Frame {
  readonly from: number;
  readonly to: number;
  /** The hop that it makes: 1 from the origin. */
  readonly depth: number;
  /** When it was handed to the link; undefined where the sender did not tell. On the lab's clock. */
  sentAtMs: number | undefined;
  /** When it was taken; undefined while it flies, or where it was lost. */
  arrivedAtMs: number | undefined;
  /** Its place among all arrivals of the message, in the order of the trace. */
  arrival: number | undefined;
  /** `first`: the copy that was delivered. `better`: a later one that could reach further, and was relayed again. */
  fate: 'flying' | 'first' | 'duplicate' | 'better' | 'dropped';
  /** Why it was dropped. */
  reason?: string;
}
