/** What a node has counted: sums over its life, and each link's share. */
import { formatId, type Link, type Rejected, type Totals } from '@peerlab/protocol';

/** Frames and bytes over links. Frames are broadcasts and direct messages; bytes count everything. */
export interface Traffic {
  framesIn: number;
  framesOut: number;
  bytesIn: number;
  bytesOut: number;
  /** Frames that did not go out because the link's queue was full. */
  framesDropped: number;
}

/** One link's counters. */
export interface LinkCounters extends Readonly<Traffic> {
  /** The neighbour's node id. */
  readonly peer: string;
  /** Bytes that wait to be written. */
  readonly queueBytes: number;
}

/** See the module's header. */
export interface Counters {
  /** The links that are up, or take frames while they close. */
  readonly links: readonly LinkCounters[];
  /** Over all links, the closed ones included. */
  readonly traffic: Readonly<Traffic>;
  /** In messages and copies, see Totals in packages/protocol. */
  readonly totals: Readonly<Totals>;
  /**
   * Copies that were dropped because they were not their origin's (`invalid`), or old (`old`): taken before, or too old or
   * too far in the future to know. Always 0 where `security` is `open`.
   */
  readonly rejected: Readonly<Rejected>;
  /** Messages and requests that the application's codec refused, which were not delivered. */
  readonly unreadable: number;
  /** Bytes that wait to be written, over all links. */
  readonly queueBytes: number;
  /** Payload bytes of this node's own messages that wait for a link. */
  readonly outboxBytes: number;
  /** Messages that async iterations dropped because their consumers were too slow. */
  readonly iterationDropped: number;
  /** Message ids that are remembered, and the bytes that they take. */
  readonly seenCache: { readonly size: number; readonly sizeBytes: number };
  /** Links in any state, including the handshake. */
  readonly openLinks: number;
}

/** Sums the traffic of links that come and go. */
export class TrafficLedger {
  readonly #closed: Traffic = { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0, framesDropped: 0 };

  /** A link has ended for good. */
  closed(link: Link): void {
    add(this.#closed, link);
  }

  /** Everything so far; `open` are the links that have not ended. */
  total(open: Iterable<Link>): Traffic {
    const total = { ...this.#closed };
    for (const link of open) add(total, link);
    return total;
  }
}

/** The counters of a link whose peer is known. */
export function linkCounters(link: Link): LinkCounters | undefined {
  if (link.peer === undefined) return undefined;
  const { framesIn, framesOut, bytesIn, bytesOut, framesDropped } = link;
  const queueBytes = link.transport.queuedBytes;
  return { peer: formatId(link.peer), framesIn, framesOut, bytesIn, bytesOut, framesDropped, queueBytes };
}

function add(sum: Traffic, link: Link): void {
  sum.framesIn += link.framesIn;
  sum.framesOut += link.framesOut;
  sum.bytesIn += link.bytesIn;
  sum.bytesOut += link.bytesOut;
  sum.framesDropped += link.framesDropped;
}
