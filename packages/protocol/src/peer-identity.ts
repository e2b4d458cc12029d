/** Who a peer is, and the frames in which it says so. */
import { type ByeReason, encodeBye } from './bye.ts';
import { PROTOCOL_VERSION } from './frame.ts';
import { encodeHello } from './hello.ts';
import type { Id } from './id.ts';

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
}

/** One start of a peer: its identity, and an instance that no other start has. */
export class LocalPeer {
  readonly identity: PeerIdentity;
  readonly instance: Id;

  constructor(identity: PeerIdentity, instance: Id) {
    this.identity = identity;
    this.instance = instance;
  }

  get nodeId(): Id {
    return this.identity.nodeId;
  }

  /** Its HELLO on the link with this session. */
  hello(session: Id): Uint8Array {
    const { nodeId, network, listenHost, listenPort } = this.identity;
    const { instance } = this;
    return encodeHello({
      version: PROTOCOL_VERSION,
      features: 0,
      nodeId,
      instance,
      session,
      listenPort,
      network,
      listenHost,
    });
  }

  bye(reason: ByeReason): Uint8Array {
    return encodeBye(reason, this.identity.nodeId);
  }
}
