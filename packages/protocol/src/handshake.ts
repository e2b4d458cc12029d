/** How a connection begins: whether it is taken, what is said first, and whether the other end's HELLO is accepted. */
import { Admission } from './admission.ts';
import type { ByeReason } from './bye.ts';
import { sameBytes } from './bytes.ts';
import { handshakeToEnd } from './handshake-places.ts';
import { decodeHello, type Hello, helloVersion } from './hello.ts';
import { hostOf } from './host-of.ts';
import { type Id, sameId } from './id.ts';
import type { Link } from './link.ts';
import type { LinkFaults } from './link-faults.ts';
import type { LinkLifecycle } from './link-lifecycle.ts';
import type { Neighbours } from './neighbours.ts';
import type { PeerOptions } from './options.ts';
import type { LocalPeer } from './peer-identity.ts';
import type { Reputation } from './reputation.ts';
import { LinkAuthentication } from './security/link-authentication.ts';
import type { Twins } from './twins.ts';

/** What a {@link Handshake} works with. */
export interface HandshakeParts {
  readonly local: LocalPeer;
  readonly options: PeerOptions;
  readonly lifecycle: LinkLifecycle;
  readonly neighbours: Neighbours;
  readonly twins: Twins;
  readonly faults: LinkFaults;
  readonly reputation: Reputation;
  readonly randomId: () => Id;
}

/** See the module's header. */
export class Handshake {
  readonly #parts: HandshakeParts;
  readonly #admission: Admission;
  readonly #authentication: LinkAuthentication | undefined;

  constructor(parts: HandshakeParts) {
    this.#parts = parts;
    const { security } = parts.local.identity;
    this.#authentication = security && new LinkAuthentication(security, parts.randomId);
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
      const hello = local.hello(session, this.#authentication?.nonce());
      this.#authentication?.dialled(link, hello);
      link.send(hello);
    }
  }

  /** Takes a HELLO frame. */
  hello(link: Link, bytes: Uint8Array, offset: number, sizeBytes: number): void {
    const { lifecycle, local } = this.#parts;
    const version = helloVersion(bytes, offset, sizeBytes);
    const isOther = version !== undefined && version !== local.version;
    const hello = version === undefined || isOther ? undefined : decodeHello(bytes, offset, sizeBytes);
    const objection = isOther ? 'wrong-version' : this.#strangeness(link, hello);
    if (hello === undefined || objection !== undefined) {
      lifecycle.refuse(link, objection ?? 'malformed');
    } else if (this.#authentication === undefined) this.#proceed(link, hello);
    else if (link.direction === 'out') this.#proceed(link, hello, this.#authentication.accepted(link, hello));
    else {
      const frame = bytes.slice(offset, offset + sizeBytes);
      const refusal = this.#authentication.claimed(link, hello, frame);
      if (refusal !== undefined) lifecycle.refuse(link, refusal);
    }
  }

  /** Takes a CHALLENGE: proves to the acceptor who this peer is. One that comes on a link that is being ended is late. */
  challenge(link: Link, bytes: Uint8Array, offset: number, sizeBytes: number): void {
    if (link.state === 'closing') return;
    const refusal = this.#authentication?.challenged(link, bytes, offset, sizeBytes);
    if (refusal !== undefined) this.#parts.lifecycle.refuse(link, refusal);
  }

  /** Takes a PROOF: the dialler is who its HELLO says, and the handshake goes on with that. */
  proof(link: Link, bytes: Uint8Array, offset: number, sizeBytes: number): void {
    const proven = this.#authentication?.proven(link, bytes, offset, sizeBytes) ?? 'malformed';
    if (typeof proven === 'string') this.#parts.lifecycle.refuse(link, proven);
    else this.#proceed(link, proven);
  }

  /** Goes on with the HELLO of a peer that is who it says, as far as anybody asks. */
  #proceed(link: Link, hello: Hello, refusal: ByeReason | undefined = undefined): void {
    const { lifecycle, neighbours, twins } = this.#parts;
    const objection = refusal ?? this.#objection(link, hello);
    if (objection !== undefined) {
      lifecycle.refuse(link, objection);
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
    const { lifecycle, options, reputation } = this.#parts;
    if (lifecycle.isLeaving) return 'leaving';
    if (lifecycle.links.size >= options.maxLinks) return 'too-many-links';
    if (link.direction === 'out') return undefined;
    const host = hostOf(link.address);
    if (reputation.isBanned(host, nowMs)) return 'banned';
    if (!this.#admission.admit(host, nowMs)) return 'too-many-attempts';
    const loser = handshakeToEnd(lifecycle.links, host, options.maxPendingHandshakes);
    if (loser === 'newcomer') return 'too-many-handshakes';
    if (loser !== undefined) lifecycle.refuse(loser, 'too-many-handshakes');
    return undefined;
  }

  /** What is wrong with a HELLO, before its sender is proven. */
  #strangeness(link: Link, hello: Hello | undefined): ByeReason | undefined {
    if (hello === undefined || link.hello !== undefined) return 'malformed';
    return sameBytes(hello.network, this.#parts.local.identity.network) ? undefined : 'wrong-network';
  }

  /** What is wrong with a HELLO that is its sender's. */
  #objection(link: Link, hello: Hello): ByeReason | undefined {
    const { local, faults } = this.#parts;
    if (sameId(hello.nodeId, local.nodeId)) return sameId(hello.instance, local.instance) ? 'own-id' : 'id-in-use';
    if (link.session !== undefined && !sameId(link.session, hello.session)) return 'malformed';
    if (faults.isCut(hello.nodeId)) return 'blocked';
    return this.#isSessionTaken(link, hello.session) ? 'malformed' : undefined;
  }

  /** Counters are added up by session: two links with one would be judged as one. */
  #isSessionTaken(link: Link, session: Id): boolean {
    for (const other of this.#parts.lifecycle.links) {
      if (other !== link && other.session !== undefined && sameId(other.session, session)) return true;
    }
    return false;
  }
}
