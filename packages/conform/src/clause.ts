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

/** A promise that is not kept; the message says what was seen. */
export class ClauseBroken extends Error {
  override readonly name = 'ClauseBroken';
}

/** A part of the contract that a peer may leave out, and does; the message says what the lab then cannot show. */
export class ClauseLeftOut extends Error {
  override readonly name = 'ClauseLeftOut';
}

/** A clause that cannot be tried on this driver. */
export class ClauseNotTried extends Error {
  override readonly name = 'ClauseNotTried';
}

/** @throws {ClauseBroken} where the condition does not hold */
export function hold(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new ClauseBroken(otherwise);
}

/** How a peer ended, as the end of a sentence that begins with "it". */
export function inWords(reason: string): string {
  return reason.startsWith('killed') ? `was ${reason}` : reason;
}
