/** The environment variables by which a peer is started: the first half of the contract. */

import type { SecuritySetting } from '@peerlab/conditions';

/** What a peer is told at its start, as the program sees it. Every value is text. */
export interface PeerEnvironment {
  /** The peer's name in the lab, such as `n3`. */
  readonly PEERLAB_NAME: string;
  /** The lab's name: peers of another lab are refused at the handshake. */
  readonly PEERLAB_LAB: string;
  /** The address to take links on, `host:port`. */
  readonly PEERLAB_LISTEN: string;
  /** The node id to use, a UUID. */
  readonly PEERLAB_NODE_ID: string;
  /** `1` in a throw-away lab: stop when the standard input ends. */
  readonly PEERLAB_EPHEMERAL: '0' | '1';
  /** How to protect links and messages. A peer that cannot says in `ready` what it does. */
  readonly PEERLAB_SECURITY: SecuritySetting;
  /** The private key (RFC 8032's 32 bytes, in hexadecimal) that the node id is derived from; left out with `open`. */
  readonly PEERLAB_KEY?: string;
  /** Addresses to dial and to keep dialling, `host:port`, separated by commas: for labs without an orchestrator. */
  readonly PEERLAB_DIAL?: string;
}

/** The port that peers listen on, the same on every address of a lab. */
export const PEER_PORT = 7946;
