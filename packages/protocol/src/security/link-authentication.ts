/** The exchange of proofs on each new link: link-proofs.ts says what is signed, handshake.ts what follows. */
import type { ByeReason } from '../bye.ts';
import { sameBytes } from '../bytes.ts';
import { FEATURE, type Hello } from '../hello.ts';
import { type Id, sameId } from '../id.ts';
import type { Link } from '../link.ts';
import { nodeIdOf } from './derived-id.ts';
import {
  decodeChallenge,
  decodeProof,
  encodeChallenge,
  encodeProof,
  type LinkTranscript,
  NONCE_BYTES,
  transcriptBytes,
} from './link-proofs.ts';
import type { PeerSecurity } from './peer-security.ts';

/** How far the exchange on a link has come. */
type Exchange =
  | { readonly role: 'dialler'; readonly hello: Uint8Array; publicKey?: Uint8Array }
  | { readonly role: 'acceptor'; readonly transcript: LinkTranscript; readonly claimed: Hello };

const NOTHING = new Uint8Array(0);

/** See the module's header. */
export class LinkAuthentication {
  readonly #security: PeerSecurity;
  readonly #randomId: () => Id;
  readonly #exchanges: WeakMap<Link, Exchange> = new WeakMap();

  constructor(security: PeerSecurity, randomId: () => Id) {
    this.#security = security;
    this.#randomId = randomId;
  }

  /** A nonce for a HELLO or a CHALLENGE. */
  nonce(): Uint8Array {
    const nonce = new Uint8Array(NONCE_BYTES);
    const first = this.#randomId();
    nonce.set(first);
    nonce.set(this.#randomId(), first.length);
    return nonce;
  }

  /** This peer dials, with this HELLO. */
  dialled(link: Link, hello: Uint8Array): void {
    this.#exchanges.set(link, { role: 'dialler', hello });
  }

  /**
   * A dialler claims to be somebody: it is challenged to prove it.
   * @param frame its HELLO as it came
   * @returns why it is refused at once
   */
  claimed(link: Link, hello: Hello, frame: Uint8Array): ByeReason | undefined {
    const objection = this.#objection(link, hello);
    if (objection !== undefined) return objection;
    if (this.#exchanges.has(link)) return 'malformed';
    const { publicKey } = this.#security;
    const nonce = this.nonce();
    const transcript = { hello: frame, publicKey, nonce, binding: link.transport.binding ?? NOTHING };
    this.#exchanges.set(link, { role: 'acceptor', transcript, claimed: hello });
    const signature = this.#security.sign(transcriptBytes('acceptor', transcript, this.#security));
    link.send(encodeChallenge({ publicKey, nonce, signature }));
    return undefined;
  }

  /**
   * A CHALLENGE came on a link that this peer has dialled: it is answered if the acceptor's own proof holds.
   * @returns why it is refused
   */
  challenged(link: Link, bytes: Uint8Array, offset: number, sizeBytes: number): ByeReason | undefined {
    const exchange = this.#exchanges.get(link);
    const challenge = decodeChallenge(bytes, offset, sizeBytes);
    if (challenge === undefined || exchange?.role !== 'dialler' || exchange.publicKey !== undefined) return 'malformed';
    const { publicKey, nonce, signature } = challenge;
    const transcript = { hello: exchange.hello, publicKey, nonce, binding: link.transport.binding ?? NOTHING };
    const signed = transcriptBytes('acceptor', transcript, this.#security);
    if (!this.#security.verify(publicKey, signed, signature)) return 'not-proven';
    exchange.publicKey = publicKey;
    link.send(encodeProof(this.#security.sign(transcriptBytes('dialler', transcript, this.#security))));
    return undefined;
  }

  /**
   * A PROOF came on a link that this peer has accepted.
   * @returns the dialler's HELLO, if it is proven; else why it is refused
   */
  proven(link: Link, bytes: Uint8Array, offset: number, sizeBytes: number): Hello | ByeReason {
    const exchange = this.#exchanges.get(link);
    const signature = decodeProof(bytes, offset, sizeBytes);
    if (signature === undefined || exchange?.role !== 'acceptor') return 'malformed';
    this.#exchanges.delete(link);
    const { claimed, transcript } = exchange;
    const signed = transcriptBytes('dialler', transcript, this.#security);
    const { claim } = claimed;
    return claim !== undefined && this.#security.verify(claim.publicKey, signed, signature) ? claimed : 'not-proven';
  }

  /** The acceptor's HELLO came: why it is refused. It must be of the key that the CHALLENGE has proven. */
  accepted(link: Link, hello: Hello): ByeReason | undefined {
    const objection = this.#objection(link, hello);
    if (objection !== undefined) return objection;
    const exchange = this.#exchanges.get(link);
    const proven = exchange?.role === 'dialler' ? exchange.publicKey : undefined;
    if (proven === undefined || hello.claim === undefined) return 'not-proven';
    return sameBytes(proven, hello.claim.publicKey) ? undefined : 'not-proven';
  }

  /** What a HELLO says must fit by itself, and the link be as well protected as both ends want. */
  #objection(link: Link, { claim, nodeId, features }: Hello): ByeReason | undefined {
    if (claim === undefined) return 'malformed';
    const wantsSealed = this.#security.mode === 'sealed';
    const isSealed = link.transport.binding !== undefined;
    if (isSealed !== wantsSealed || ((features & FEATURE.sealed) !== 0) !== wantsSealed) return 'wrong-security';
    return sameId(nodeId, nodeIdOf(claim.publicKey, this.#security)) ? undefined : 'not-proven';
  }
}
