/** What is known of a flood after it: sums and times, no record for each delivery. */

/** See the module's header. Times are virtual milliseconds since the message was sent. */
export interface FloodResult {
  readonly peers: number;
  readonly links: number;
  readonly seed: number;
  readonly origin: number;
  readonly ttl: number;
  /** Peers that have the message, the origin included. */
  readonly covered: number;
  /** Peers that handed it to their application: never the origin; in a direct message at most one. */
  readonly delivered: number;
  /** `coveredByHop[h]`: peers whose first copy had crossed h links. `[0]` is 1, the origin. */
  readonly coveredByHop: readonly number[];
  /** Frames handed to links. */
  readonly frames: number;
  /** Frames that were lost on datagram links. */
  readonly lost: number;
  /** Frames that brought nothing new. */
  readonly duplicates: number;
  /** Peers that passed it on, counted again where a better copy made them do so again. */
  readonly relayed: number;
  /** Copies that were taken and not passed on, because their TTL had run out. */
  readonly expired: number;
  /** When so many per cent of all peers had it; null when so many never did. */
  readonly coverTimeMs: CoverTimes;
  /** When the last frame arrived. */
  readonly endMs: number;
  /** The trace: see TraceHash. Equal for equal inputs, on every machine, in both modes. */
  readonly traceHash: string;
  /** Frames in flight when the run was cancelled; 0 after a complete run. */
  readonly inFlight: number;
  /** True when the run was cancelled: the other fields hold partial results. */
  readonly isPartial: boolean;
}

/** The shares of the peers, in per cent, whose times are told. */
export const COVER_PERCENTS = [50, 90, 99, 100] as const;

/** Times by the share of peers in per cent. */
export type CoverTimes = Readonly<Record<(typeof COVER_PERCENTS)[number], number | null>>;

/** Takes the times as peers are covered, in the order of time. */
export class CoverClock {
  readonly #needed: readonly number[];
  readonly #times: (number | null)[] = COVER_PERCENTS.map(() => null);
  #next = 0;
  /** The number of covered peers at which {@link reached} is to be called. */
  nextCount: number;

  constructor(peers: number) {
    // Whole numbers all the way: 0.99 x 100 peers is 99, not 100.
    this.#needed = COVER_PERCENTS.map(percent => Math.ceil((peers * percent) / 100));
    this.nextCount = this.#needed[0] ?? 0;
  }

  /** So many peers are covered, and at least {@link nextCount}. */
  reached(count: number, atUs: number): void {
    for (; this.#next < this.#needed.length && (this.#needed[this.#next] ?? 0) <= count; this.#next++) {
      this.#times[this.#next] = atUs / 1000;
    }
    this.nextCount = this.#needed[this.#next] ?? Number.POSITIVE_INFINITY;
  }

  get times(): CoverTimes {
    const [half = null, most = null, nearlyAll = null, all = null] = this.#times;
    return { 50: half, 90: most, 99: nearlyAll, 100: all };
  }
}
