/** What a clause of the peer contract is, as it is tried on a program, and how that ends. */
import type { Capability } from '@peerlab/contract';
import type { Stage, StageName } from './stage.ts';

/** One promise of docs/PEER-CONTRACT.md. */
export interface Clause {
  /** Such as `commands.one-reply`: the same from version to version. */
  readonly id: string;
  /** The promise, as a sentence about the peer. */
  readonly says: string;
  /** What it is tried on. */
  readonly on: StageName;
  /** Tried on peers that announce all of these alone. */
  readonly needs?: readonly Capability[];
  /** The peer ends by it: it gets peers of its own. */
  readonly ends?: boolean;
  /** Returns when the promise is kept. @throws {ClauseBroken} saying why not; {LabError} of a request */
  readonly run: (stage: Stage) => Promise<void>;
}

/** How a clause ended. */
export interface ClauseResult {
  readonly id: string;
  readonly says: string;
  /**
   * - `not-announced`: the peer leaves it out, as it may; the lab then cannot prove what `why` tells;
   * - `not-tried`: something before it failed, or cannot be tried here; `why` tells.
   */
  readonly outcome: 'holds' | 'fails' | 'not-announced' | 'not-tried';
  readonly why?: string;
  /** The lines to and from the peers that led there, the latest: `n0 <- …` to a peer, `n0 -> …` from it. */
  readonly exchange: readonly string[];
  readonly timeMs: number;
}
