/**
 * The life of a peer's links: how one comes up and how one ends, with what is said on the wire and to the host at each
 * step. Whether a link may come up is handshake.ts; two links to the same peer are twins.ts; the states are link.ts.
 */
import type { ByeReason } from './bye.ts';
import type { PeerHost } from './host.ts';
import type { Id } from './id.ts';
import type { Link, LinkEnd } from './link.ts';
import type { LinkFaults } from './link-faults.ts';
import type { Neighbours } from './neighbours.ts';
import type { LocalPeer } from './peer-identity.ts';
import type { Pings } from './pings.ts';
import type { KeySearch } from './security/key-search.ts';

/** What a {@link LinkLifecycle} works with. */
export interface LinkLifecycleParts {
  readonly local: LocalPeer;
  readonly host: PeerHost;
  readonly neighbours: Neighbours;
  readonly faults: LinkFaults;
  readonly pings: Pings;
  readonly keys: KeySearch | undefined;
  /** Lets go on what is held back: while the link that ends can still carry it. */
  readonly releaseHeld: () => void;
  /** This peer has decided to end a link, for this reason. */
  readonly decided: (link: Link, reason: ByeReason) => void;
}

/** See the module's header. */
export class LinkLifecycle {
  /** Every link that is not closed yet. */
  readonly links: Set<Link> = new Set();
  /** No link comes up any more. */
  isLeaving = false;
  readonly #parts: LinkLifecycleParts;

  constructor(parts: LinkLifecycleParts) {
    this.#parts = parts;
  }

  /** A link whose HELLO was accepted comes up; an acceptor answers with its own HELLO. */
  accept(link: Link): void {
    const { peer, session } = link;
    // What the host was told just before may have made it end the link.
    if (link.state !== 'handshake' && link.state !== 'probing') return;
    if (peer === undefined || session === undefined) throw new Error('a link is accepted before its HELLO has come');
    const { local, faults, neighbours, host, keys } = this.#parts;
    if (link.direction === 'in') link.send(local.hello(session));
    link.becomeUp();
    link.isMuted = faults.isMuted(peer);
    neighbours.add(link, peer);
    keys?.linkUp(link);
    host.linkUp(link);
  }

  /** Ends a link with a BYE. An acceptor may hold it for up and have sent already, so that is still taken. */
  part(link: Link, reason: ByeReason): void {
    if (link.state === 'up' || link.direction === 'out') this.drain(link, reason);
    else this.refuse(link, reason);
  }

  /** Says BYE and goes on reading until the other's BYE, its end, or the drain's bound. */
  drain(link: Link, reason: ByeReason): void {
    const { state, newcomer } = link;
    if (state === 'closing' || state === 'closed') return;
    this.#parts.releaseHeld();
    link.send(this.#parts.local.bye(reason));
    link.becomeDraining(reason);
    if (state === 'up') this.#down(link, reason, newcomer);
  }

  /** Answers the other end's BYE on a link that is up: the last frame that goes out on it. */
  answer(link: Link, reason: ByeReason): void {
    this.#parts.releaseHeld();
    link.send(this.#parts.local.bye(reason));
  }

  /** Ends a link at once, with a BYE if none was said. */
  refuse(link: Link, reason: ByeReason): void {
    if (link.state !== 'closing' && !link.isClosed) link.send(this.#parts.local.bye(reason));
    if (!link.isClosed) this.#parts.decided(link, reason);
    this.close(link, link.end ?? reason, 'flush');
  }

  /** Ends a link at once, without a BYE. */
  abort(link: Link, reason: ByeReason): void {
    if (!link.isClosed) this.#parts.decided(link, reason);
    this.close(link, reason, 'abort');
  }

  /** Ends a link and its connection. @param by the other end's node id, where it told; else the one of its HELLO */
  close(link: Link, reason: LinkEnd, how: 'flush' | 'abort', by: Id | undefined = link.peer): void {
    if (link.isClosed) return;
    const { state, newcomer } = link;
    const { pings, host, keys } = this.#parts;
    this.links.delete(link);
    link.becomeClosed(reason);
    link.transport.close(how);
    pings.ended(link);
    keys?.linkEnded(link);
    if (state === 'up') this.#down(link, reason, newcomer);
    if (link.wasUp) host.linkClosed(link);
    else host.linkRefused(link, reason, by);
  }

  /** A link that was up is a neighbour's no more; the newcomer that waited for its end comes in. */
  #down(link: Link, reason: LinkEnd, newcomer: Link | undefined): void {
    const { neighbours, host, faults, releaseHeld } = this.#parts;
    neighbours.remove(link);
    // What came by it counts as taken from now on, before its counters are read for the last time.
    releaseHeld();
    host.linkDown(link, reason);
    if (newcomer === undefined) return;
    if (this.isLeaving) this.part(newcomer, 'leaving');
    else if (newcomer.peer !== undefined && faults.isCut(newcomer.peer)) this.abort(newcomer, 'blocked');
    else this.accept(newcomer);
  }
}
