/** Many peers can be asked, or told to dial, by one question: those that share a container. What it sums up is asked of each where it does not fit. */
import type { CounterTally, LinkTally } from '@peerlab/contract';

/** See the module's header. What did not answer within some seconds is not in the sums. */
export interface AsksTogether {
  /** What the counters of the peers that run add up to. */
  tallyCounters(): Promise<CounterTally>;
  /** What their neighbours add up to. */
  tallyLinks(): Promise<LinkTally>;
  /** Has peers dial. @returns the positions of those that came to nothing, or of which that is not known */
  dialTogether(dials: readonly Dial[]): Promise<readonly number[]>;
}

/** A link that is to be made. */
export interface Dial {
  /** The place of the peer that dials. */
  readonly from: number;
  /** Where it finds the other one. */
  readonly host: string;
  readonly port: number;
}
