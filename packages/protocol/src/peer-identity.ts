/** Who a peer is, and the frames in which it says so. */
import { type ByeReason, encodeBye } from './bye.ts';
import { PROTOCOL_VERSION, SECURED_PROTOCOL_VERSION } from './frame.ts';
import { encodeHello, FEATURE } from './hello.ts';
import { type Id, sameId } from './id.ts';
import { nodeIdOf } from './security/derived-id.ts';
import { NONCE_BYTES } from './security/link-proofs.ts';
import type { PeerSecurity } from './security/peer-security.ts';

/** Who a peer is. */
export interface PeerIdentity {
  readonly nodeId: Id;
  /** At most 255 bytes; peers of another network are refused. */
  readonly network: Uint8Array;
  /** UTF-8, at most 255 bytes; empty: the address that its connections come from. */
  readonly listenHost: Uint8Array;
  /** 0: it takes no links. */
  readonly listenPort: number;
  /** Any 32 bits, unknown outside: see SeenCacheOptions. */
  readonly hashSeed: number;
  /**
   * How the peer proves who it is. Its node id must be the one that is derived from its key.
   * @default nothing is proven, signed or encrypted: version 1 of the protocol
   */
  readonly security?: PeerSecurity | undefined;
}

const NO_NONCE = new Uint8Array(NONCE_BYTES);

/** One start of a peer: its identity, and an instance that no other start has. */
export class LocalPeer {
  readonly identity: PeerIdentity;
  readonly instance: Id;

  /** @throws Error when the node id is not that of the key */
  constructor(identity: PeerIdentity, instance: Id) {
    const { nodeId, security } = identity;
    if (security !== undefined && !sameId(nodeId, nodeIdOf(security.publicKey, security))) {
      throw new Error('the node id is not derived from the key');
    }
    this.identity = identity;
    this.instance = instance;
  }

  get nodeId(): Id {
    return this.identity.nodeId;
  }

  /** The version of the protocol that it speaks. */
  get version(): number {
    return this.identity.security === undefined ? PROTOCOL_VERSION : SECURED_PROTOCOL_VERSION;
  }

  /** Its feature bits. */
  get features(): number {
    return this.identity.security?.mode === 'sealed' ? FEATURE.sealed : 0;
  }

  /** Its HELLO on the link with this session. @param nonce the dialler's */
  hello(session: Id, nonce: Uint8Array = NO_NONCE): Uint8Array {
    const { nodeId, network, listenHost, listenPort, security } = this.identity;
    const { instance, version, features } = this;
    const claim = security === undefined ? undefined : { publicKey: security.publicKey, nonce };
    return encodeHello({ version, features, nodeId, instance, session, listenPort, network, listenHost, claim });
  }

  bye(reason: ByeReason): Uint8Array {
    return encodeBye(reason, this.identity.nodeId);
  }
}
