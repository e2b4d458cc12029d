/**
 * Two links to the same peer: which of them stays, and what the other one does until that is known. docs/PROTOCOL.md,
 * "Twins", has the rules.
 */
import { sameBytes } from './bytes.ts';
import { encodePing } from './frame.ts';
import { compareIds, type Id, sameId } from './id.ts';
import type { Link } from './link.ts';
import type { LinkLifecycle } from './link-lifecycle.ts';
import type { LocalPeer } from './peer-identity.ts';

/** Bytes of a newcomer's session that are the token of the probe. */
const TOKEN_BYTES = 8;

/** See the module's header. */
export class Twins {
  readonly #local: LocalPeer;
  readonly #lifecycle: LinkLifecycle;

  constructor(local: LocalPeer, lifecycle: LinkLifecycle) {
    this.#local = local;
    this.#lifecycle = lifecycle;
  }

  /** A link was greeted whose peer is a neighbour already. Where it is no better, the existing link stays if it lives. */
  meet(existing: Link, link: Link, session: Id): void {
    const { newcomer } = existing;
    if (existing.phase === 'yielding') {
      this.giveWay(existing);
      this.#lifecycle.accept(link);
    } else if (isBetterTwin(this.#local.nodeId, existing, link)) {
      if (newcomer !== undefined) this.#turnAway(newcomer, link);
      this.#lifecycle.drain(existing, 'twin');
      this.#lifecycle.accept(link);
    } else if (newcomer !== undefined) {
      this.#turnAway(link, isSameProcess(newcomer, link) ? newcomer : existing);
    } else {
      existing.becomeContested(link);
      existing.send(encodePing('ping', session));
    }
  }

  /** A PONG came: if it answers the probe, the link that it came by has proved that it lives. */
  pong(link: Link, token: Uint8Array): void {
    const { newcomer } = link;
    if (newcomer?.session === undefined || !sameBytes(token, newcomer.session.subarray(0, TOKEN_BYTES))) return;
    this.#turnAway(newcomer, link);
    link.heard();
  }

  /**
   * A BYE came that ends a link for a better one to the same peer. Where that one's HELLO may be on its way yet, the link
   * goes on serving until it is here: the other end still reads, and two that stay neighbours are never without a link.
   * @returns false where nothing better can be under way
   */
  yields(link: Link): boolean {
    // Not while a newcomer waits for its end, nor twice. The BYE itself is a sign of life, so it is not `pinged`.
    if (link.phase !== 'idle' || ![...this.#lifecycle.links].some(mayBeTwin)) return false;
    link.becomeYielding();
    return true;
  }

  /** Ends a link that has yielded long enough. */
  giveWay(link: Link): void {
    link.send(this.#local.bye('twin'));
    this.#lifecycle.close(link, 'twin', 'flush');
  }

  /** Ends a link because there is a better one to the same node id. */
  #turnAway(link: Link, better: Link): void {
    this.#lifecycle.part(link, isSameProcess(link, better) ? 'twin' : 'id-in-use');
  }
}

/**
 * True when both ends have dialled each other, and the newer link is the one that stays: that of the smaller node id. Both
 * ends decide alike. Of two links that one end has dialled, or of another start of the peer, the older one stays if it
 * lives.
 */
function isBetterTwin(nodeId: Id, existing: Link, newer: Link): boolean {
  if (newer.peer === undefined || existing.direction === newer.direction || !isSameProcess(existing, newer))
    return false;
  return compareIds(nodeId, newer.peer) < 0 === (newer.direction === 'out');
}

/** True when both links lead to the same start of the same peer. */
function isSameProcess(a: Link, b: Link): boolean {
  return a.hello !== undefined && b.hello !== undefined && sameId(a.hello.instance, b.hello.instance);
}

/** True for a link that may turn out to be the twin for which another one was ended: its HELLO is to come yet. */
function mayBeTwin(link: Link): boolean {
  return link.direction === 'out' && link.phase === 'handshake';
}
