/** A hostile peer, played by hand: it has a key and neighbours like any other, and sends them what a test says. */
import {
  encodeData,
  encodeHello,
  FRAME_TYPE,
  type Id,
  type Link,
  nodeIdOf,
  type PeerSecurity,
  type SecurityMode,
  TYPE_AT,
} from '../src/index.ts';
import {
  decodeChallenge,
  encodeChallenge,
  encodeProof,
  NONCE_BYTES,
  transcriptBytes,
} from '../src/security/link-proofs.ts';
import { MessageDigest } from '../src/security/message-digest.ts';
import { MessageSigner } from '../src/security/message-signer.ts';
import type { Stranger, TestPeer, TestWorld } from './test-peer.ts';
import { testSecurity } from './test-security.ts';
import { framesIn, idOf } from './wire.ts';

/** The network of the test peers. */
const NETWORK = Uint8Array.of(7);
const SEED = 0xee;

/** See the module's header. */
export class Attacker {
  readonly nodeId: Id;
  readonly security: PeerSecurity | undefined;
  readonly #world: TestWorld;
  readonly #signer: MessageSigner | undefined;

  constructor(world: TestWorld, mode: SecurityMode | 'open', seed: number = SEED, network: Uint8Array = NETWORK) {
    this.#world = world;
    this.security = mode === 'open' ? undefined : testSecurity(mode, seed, () => world.clockMs());
    this.nodeId = this.security === undefined ? idOf(seed) : nodeIdOf(this.security.publicKey, this.security);
    this.#signer =
      this.security && new MessageSigner(this.security, new MessageDigest(this.security, network), this.nodeId);
  }

  /** Its own HELLO. */
  hello(session: Id = idOf(0xcc)): Uint8Array {
    const { security, nodeId } = this;
    return encodeHello({
      version: security === undefined ? 1 : 2,
      features: security?.mode === 'sealed' ? 1 : 0,
      nodeId,
      instance: idOf(0xbb),
      session,
      listenPort: 0,
      network: NETWORK,
      listenHost: new Uint8Array(0),
      claim: security && { publicKey: security.publicKey, nonce: new Uint8Array(NONCE_BYTES).fill(5) },
    });
  }

  /** Becomes a neighbour of a peer, as any peer may. */
  join(peer: TestPeer): Stranger {
    const stranger = this.#world.stranger(peer);
    // A session that no other link has.
    const hello = this.hello(this.nodeId);
    stranger.send(hello);
    this.run();
    if (this.security !== undefined) stranger.send(this.answer(stranger, hello));
    this.run();
    if (stranger.link.state !== 'up') throw new Error(`the attacker is no neighbour: ${stranger.link.state}`);
    return stranger;
  }

  /** A PROOF by its own key, as well as it can make one, for the CHALLENGE that came. */
  answer(stranger: Stranger, hello: Uint8Array): Uint8Array {
    const { security } = this;
    const frame = framesIn(stranger.got).findLast(({ [TYPE_AT]: type }) => type === FRAME_TYPE.challenge);
    const challenge = frame && decodeChallenge(frame, 0, frame.length);
    if (challenge === undefined || security === undefined) throw new Error('there was no challenge');
    const { binding = new Uint8Array(0) } = stranger.theirs;
    const { publicKey, nonce } = challenge;
    return encodeProof(security.sign(transcriptBytes('dialler', { hello, publicKey, nonce, binding }, security)));
  }

  /** A CHALLENGE by its own key, for a peer that dialled it with this HELLO. */
  challenge(hello: Uint8Array, binding: Uint8Array = new Uint8Array(0)): Uint8Array {
    const { security } = this;
    if (security === undefined) throw new Error('nobody is challenged in an open network');
    const nonce = new Uint8Array(NONCE_BYTES).fill(6);
    const { publicKey } = security;
    const transcript = { hello, publicKey, nonce, binding };
    return encodeChallenge({
      publicKey,
      nonce,
      signature: security.sign(transcriptBytes('acceptor', transcript, security)),
    });
  }

  /** A message of its own. */
  message(payload: Uint8Array, ttl = 65_535, destination?: Id, flags = 0): Uint8Array {
    if (this.#signer !== undefined) return this.#signer.frame({ flags, ttl, destination, payload });
    const id = this.#world.chance.bytes(16);
    return encodeData({ flags, ttl, initialTtl: ttl, id, origin: this.nodeId, destination, payload });
  }

  /** Lets everything arrive. */
  run(): void {
    this.#world.clock.run(10);
  }
}

/** The link of a test peer on the end of a connection. */
export function linkOf(end: { readonly link: Link | undefined }): Link {
  if (end.link === undefined) throw new Error('not attached');
  return end.link;
}

/** The messages that a stranger got, whole frames. */
export function messagesTo(stranger: Stranger): Uint8Array[] {
  return framesIn(stranger.got).filter(
    ({ [TYPE_AT]: type = 0 }) => type >= FRAME_TYPE.broadcast && type <= FRAME_TYPE.signedDm,
  );
}

/** A frame with some bytes in other words. */
export function patched(frame: Uint8Array, at: number, bytes: Uint8Array): Uint8Array {
  const copy = frame.slice();
  copy.set(bytes, at);
  return copy;
}
