/** The ledger of link sessions: counters of the open ones, and of those that were closed lately. */
import type { SessionCounters } from '@peerlab/contract';
import { formatId, type Link } from '@peerlab/protocol';

/** Closed sessions that are remembered. @default 256: what a peer with many restarting neighbours goes through in a check */
const MAX_CLOSED = 256;

/** See the module's header. */
export class SessionLedger {
  readonly #open: Set<Link> = new Set();
  #closed: SessionCounters[] = [];

  /** A link is up, or takes frames although it never came up on this side. */
  opened(link: Link): void {
    this.#open.add(link);
  }

  /** A link has ended for good. */
  closed(link: Link): void {
    // It may have taken frames and ended within one chunk, without ever being up on this side.
    if (!this.#open.delete(link) && link.framesIn === 0) return;
    this.#closed.push(countersOf(link, false));
    if (this.#closed.length > MAX_CLOSED) this.#closed = this.#closed.slice(-MAX_CLOSED);
  }

  /** Every session, the open ones last. */
  counters(): SessionCounters[] {
    return [...this.#closed, ...[...this.#open].map(link => countersOf(link, true))];
  }
}

function countersOf(link: Link, open: boolean): SessionCounters {
  const { session, peer, framesOut, framesIn, bytesOut, bytesIn } = link;
  return {
    session: session === undefined ? '' : formatId(session),
    peer: peer === undefined ? '' : formatId(peer),
    open,
    framesOut,
    framesIn,
    bytesOut,
    bytesIn,
  };
}
