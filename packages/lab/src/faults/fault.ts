/** What can be broken in a lab on purpose, what was, and what it took to mend it. */
import type { LinkShape } from '@peerlab/conditions';

/** What breaks. `partition` to `isolate` cut or stop; `slow`, `flaky` and `rate` shape. */
export type FaultVerb = 'partition' | 'kill' | 'stop' | 'pause' | 'isolate' | 'link-down' | 'slow' | 'flaky' | 'rate';

/** A fault as it is asked for. What it hits is named by peers, by links, or drawn by a seed. */
export interface Fault {
  readonly verb: FaultVerb;
  /** Groups of a partition; the peers that are in none form one more. */
  readonly groups?: readonly (readonly string[])[] | undefined;
  /** A partition in one direction: the first group still hears the others, and they no longer hear it. */
  readonly oneWay?: boolean | undefined;
  /** The peers that it hits; of a fault of links, all links of these peers. */
  readonly peers?: readonly string[] | undefined;
  /** The links that it hits, by the peers at their ends. */
  readonly links?: readonly (readonly [string, string])[] | undefined;
  /** So many of them, drawn by the seed; without peers and links, of all that there are. */
  readonly random?: number | undefined;
  /** @default the topology's */
  readonly seed?: number | undefined;
  /** Of `kill`. @default SIGKILL */
  readonly signal?: string | undefined;
  /** Of `slow`: one way, in milliseconds, in both directions. */
  readonly latencyMs?: number | undefined;
  readonly jitterMs?: number | undefined;
  /** Of `flaky`: 0..1. */
  readonly lossRatio?: number | undefined;
  /** Of `rate`: kilobits per second. */
  readonly bandwidthKbps?: number | undefined;
}

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
  readonly links: readonly (readonly [string, string])[];
  /** What could not be done as asked, and what was done instead. */
  readonly notes: readonly string[];
  readonly latency?: MeasuredLatency | undefined;
  /**
   * Takes this fault back, and no other; once it is back, does nothing. Links may need a moment to return: `Lab.recovered`.
   * @throws {LabError} what starting or reaching a peer throws
   */
  revert(): Promise<void>;
}

/** What is wrong with a lab on purpose, found by asking its peers and its driver. */
export type ActiveFault =
  | { readonly kind: 'stopped' | 'paused' | 'isolated'; readonly peer: string }
  | { readonly kind: 'cut'; readonly link: readonly [string, string] }
  /** The second peer does not hear the first. */
  | { readonly kind: 'muted'; readonly link: readonly [string, string] }
  /** What the first peer sends to the second is not as the topology says. */
  | { readonly kind: 'shaped'; readonly link: readonly [string, string]; readonly settings: LinkShape };

/** How a lab came back. */
export interface Recovery {
  /** What was taken back. */
  readonly lifted: readonly ActiveFault[];
  /** From the beginning until every drawn link was up at both ends, in milliseconds on the lab's clock. */
  readonly timeMs: number;
  readonly links: number;
  /** Links that did not come back by themselves, and that the lab dialled. */
  readonly dialled: number;
}
