/** What a clause of the peer contract is, as it is tried on a program, and how that ends. */
import type { Capability } from '@peerlab/contract';
import type { Finding } from '@peerlab/finding';
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
  /** The clause ends its peer, so it gets separate peers. */
  readonly ends?: boolean;
  /** Returns when the promise is kept. @throws {ClauseBroken} saying why not; {LabError} of a request */
  readonly run: (stage: Stage) => Promise<void>;
}

/** What a clause found. The claim is the clause itself; evidence of a failure are the lines that led there. */
export type ClauseFinding = Finding & {
  readonly id: string;
  /** False where the peer leaves the capability out, as it may: the claim is then not proven. */
  readonly isAnnounced: boolean;
  readonly timeMs: number;
};
