/** A fault in force, and what it took to mend a lab. */
import type { Fault, LinkEnds } from '@peerlab/conditions';
import type { LinksBack } from '../links/await-links.ts';
import type { ActiveFault } from './active-faults.ts';

/** What was asked for of a link's latency, beside what a round trip took then, in milliseconds. */
export interface MeasuredLatency {
  /** The least that a round trip must take. */
  readonly askedMs: number;
  /** Median of the links that were measured. */
  readonly measuredMs: number;
  readonly links: number;
}

/** A fault that is in force. */
export interface AppliedFault {
  readonly fault: Fault;
  /** What was done, in one line: `partition: n0 n1 | n2 to n4; 2 links cut`. */
  readonly text: string;
  /** The peers that were killed, stopped, paused or taken off the network. */
  readonly peers: readonly string[];
  /** The links that were cut or shaped, each pair once. */
  readonly links: readonly LinkEnds[];
  /** What could not be done as asked, and what was done instead. */
  readonly notes: readonly string[];
  readonly latency?: MeasuredLatency | undefined;
  /**
   * Takes this fault back, and no other; once it is back, does nothing. Links may need a moment to return: `Lab.recovered`.
   * @throws {LabError} what starting or reaching a peer throws
   */
  revert(): Promise<void>;
}

/** How a lab came back: `timeMs` from the beginning until every drawn link was up at both ends. */
export interface Recovery extends LinksBack {
  /** The faults that were lifted. */
  readonly lifted: readonly ActiveFault[];
  /** Peers that did not answer, and do again: a signal had stopped them from outside. */
  readonly woken: readonly string[];
  /** Peers that came back under another node id, each in a sentence. */
  readonly renewed: readonly string[];
}
