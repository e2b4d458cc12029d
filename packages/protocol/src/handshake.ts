/** How a connection begins: whether it is taken, what is said first, and whether the other end's HELLO is accepted. */
import { Admission } from './admission.ts';
import type { ByeReason } from './bye.ts';
import { sameBytes } from './bytes.ts';
import { PROTOCOL_VERSION } from './frame.ts';
import { decodeHello, type Hello, helloVersion } from './hello.ts';
import { type Id, sameId } from './id.ts';
import type { Link } from './link.ts';
import type { LinkFaults } from './link-faults.ts';
import type { LinkLifecycle } from './link-lifecycle.ts';
import type { Neighbours } from './neighbours.ts';
import type { PeerOptions } from './options.ts';
import type { LocalPeer } from './peer-identity.ts';
import type { Twins } from './twins.ts';

/** What a {@link Handshake} works with. */
export interface HandshakeParts {
  readonly local: LocalPeer;
  readonly options: PeerOptions;
  readonly lifecycle: LinkLifecycle;
  readonly neighbours: Neighbours;
  readonly twins: Twins;
  readonly faults: LinkFaults;
  readonly randomId: () => Id;
}

/** See the module's header. */
export class Handshake {
  readonly #parts: HandshakeParts;
  readonly #admission: Admission;

  constructor(parts: HandshakeParts) {
    this.#parts = parts;
    this.#admission = new Admission(parts.options.attemptsPerSecond, parts.options.attemptsBurst);
  }

  /** Greets a connection that this peer has dialled; refuses one, or waits for its HELLO. */
  begin(link: Link, nowMs: number): void {
    const { lifecycle, local, randomId } = this.#parts;
    const refusal = this.#refusal(link, nowMs);
    lifecycle.links.add(link);
    if (refusal !== undefined) lifecycle.refuse(link, refusal);
    else if (link.direction === 'out') {
      const session = randomId();
      link.offer(session);
      link.send(local.hello(session));
    }
  }

  /** Takes a HELLO frame. */
  hello(link: Link, bytes: Uint8Array, offset: number, sizeBytes: number): void {
    const { lifecycle, neighbours, twins } = this.#parts;
    const version = helloVersion(bytes, offset, sizeBytes);
    const hello = version === PROTOCOL_VERSION ? decodeHello(bytes, offset, sizeBytes) : undefined;
    const objection =
      version !== undefined && version !== PROTOCOL_VERSION ? 'wrong-version' : this.#objection(link, hello);
    if (hello === undefined || objection !== undefined) {
      lifecycle.refuse(link, objection ?? 'malformed');
      return;
    }
    link.greeted(hello);
    // A link that is being ended is answered too late; what follows is still taken.
    if (link.state === 'closing') return;
    const existing = neighbours.get(hello.nodeId);
    if (existing === undefined) lifecycle.accept(link);
    else twins.meet(existing, link, hello.session);
  }

  #refusal(link: Link, nowMs: number): ByeReason | undefined {
    const { lifecycle, options } = this.#parts;
    if (lifecycle.isLeaving) return 'leaving';
    if (lifecycle.links.size >= options.maxLinks) return 'too-many-links';
    if (link.direction === 'out') return undefined;
    const host = link.address.slice(0, Math.max(0, link.address.lastIndexOf(':')));
    if (!this.#admission.admit(host, nowMs)) return 'too-many-attempts';
    return this.#pending() >= options.maxPendingHandshakes ? 'too-many-handshakes' : undefined;
  }

  /** Accepted connections that have not said HELLO. Counted anew, so that no way to end one can be forgotten. */
  #pending(): number {
    let pending = 0;
    for (const { direction, phase } of this.#parts.lifecycle.links) {
      if (direction === 'in' && phase === 'handshake') pending++;
    }
    return pending;
  }

  #objection(link: Link, hello: Hello | undefined): ByeReason | undefined {
    const { local, faults } = this.#parts;
    if (hello === undefined || link.hello !== undefined) return 'malformed';
    if (!sameBytes(hello.network, local.identity.network)) return 'wrong-network';
    if (sameId(hello.nodeId, local.nodeId)) return sameId(hello.instance, local.instance) ? 'own-id' : 'id-in-use';
    if (link.session !== undefined && !sameId(link.session, hello.session)) return 'malformed';
    return faults.isCut(hello.nodeId) ? 'blocked' : undefined;
  }
}
