/**
 * Dials under way: each waits here until a link to the peer that it reached is up, or the dial has
 * failed. A dial that ends because another link to the same peer is there, or is about to be, counts as done.
 */
import { formatId, type Id } from './id.ts';
import type { Link, LinkEnd } from './link.ts';

/** How a dial ended: with a link that is up, or with a failure in one clause and the link's end, where there was a link. */
export type DialEnd = { readonly link: Link } | { readonly failure: string; readonly end?: LinkEnd | undefined };

/** Told once how a dial ended. */
export type DialDone = (outcome: DialEnd) => void;

/** How long a dial that lost against its twin waits for the winner, in milliseconds. */
const TWIN_WAIT_MS = 5000;

/** See the module's header. */
export class Dials {
  readonly #byLink: Map<Link, DialDone> = new Map();
  readonly #byPeer: Map<string, { done: DialDone; deadlineMs: number }[]> = new Map();

  /** A dialled connection stands and its handshake begins. */
  started(link: Link, done: DialDone): void {
    this.#byLink.set(link, done);
  }

  /** A link is up: the dial that made it is done, and so is every dial that waits for its peer. */
  up(link: Link): void {
    this.#byLink.get(link)?.({ link });
    this.#byLink.delete(link);
    if (link.peer === undefined) return;
    const key = formatId(link.peer);
    const waiting = this.#byPeer.get(key) ?? [];
    this.#byPeer.delete(key);
    for (const { done } of waiting) done({ link });
  }

  /**
   * A link ended without having been up.
   * @param existing the link to the peer that it had reached, when that is up
   */
  refused(link: Link, reason: LinkEnd, by: Id | undefined, existing: Link | undefined, nowMs: number): void {
    const done = this.#byLink.get(link);
    if (done === undefined) return;
    this.#byLink.delete(link);
    if (reason !== 'twin' || by === undefined) done({ failure: `the handshake ended: ${reason}`, end: reason });
    else if (existing !== undefined) done({ link: existing });
    else {
      const key = formatId(by);
      this.#byPeer.set(key, [...(this.#byPeer.get(key) ?? []), { done, deadlineMs: nowMs + TWIN_WAIT_MS }]);
    }
  }

  /** When {@link expire} is wanted next; Infinity: nothing waits. */
  nextAtMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const waiting of this.#byPeer.values())
      for (const { deadlineMs } of waiting) next = Math.min(next, deadlineMs);
    return next;
  }

  /** Fails the dials whose wait is over. */
  expire(nowMs: number): void {
    for (const [key, waiting] of this.#byPeer) {
      const left = waiting.filter(wait => wait.deadlineMs > nowMs);
      if (left.length === 0) this.#byPeer.delete(key);
      else this.#byPeer.set(key, left);
      for (const wait of waiting) {
        if (wait.deadlineMs <= nowMs) wait.done({ failure: 'the other link to the same peer never came up' });
      }
    }
  }
}
