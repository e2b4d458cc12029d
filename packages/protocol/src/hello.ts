/** HELLO: the first frame on a link in each direction. The acceptor answers only once it has accepted the dialler's. */
import { readU16, readU32, writeU16, writeU32 } from './bytes.ts';
import { FRAME_TYPE, newFrame, SECURED_PROTOCOL_VERSION } from './frame.ts';
import { ID_BYTES, type Id } from './id.ts';
import { NONCE_BYTES } from './security/link-proofs.ts';
import { PUBLIC_KEY_BYTES } from './security/peer-security.ts';

/** The four bytes "PLAB": what is not this protocol is told apart at once. */
export const HELLO_MAGIC = 0x504c4142;

const MAGIC_AT = 6;
const VERSION_AT = 10;
const FEATURES_AT = 12;
const NODE_ID_AT = 16;
const INSTANCE_AT = 32;
const SESSION_AT = 48;
const PORT_AT = 64;
const NETWORK_AT = 66;

/** The largest HELLO frame: everything before the handshake is bounded by it. */
export const MAX_HELLO_BYTES = 1024;

/** Feature bits. */
export const FEATURE = {
  /** Version 2: the sender takes encrypted links alone. */
  sealed: 1,
} as const;

/** What peers tell each other first. */
export interface Hello {
  readonly version: number;
  /** Bits of {@link FEATURE}; bits that a peer does not know are ignored. */
  readonly features: number;
  readonly nodeId: Id;
  /** Random for each start of a peer: tells a restarted peer from a second one with the same node id. */
  readonly instance: Id;
  /** Chosen by the dialler; the acceptor sends the same back. Both ends name the link by it. */
  readonly session: Id;
  /** Where the peer takes links; 0: it takes none. */
  readonly listenPort: number;
  /** The network (lab) that the peer belongs to: at most 255 bytes, compared bytewise. */
  readonly network: Uint8Array;
  /** The host of the listen address, UTF-8, at most 255 bytes; empty: the address that the connection comes from. */
  readonly listenHost: Uint8Array;
  /** From version 2 on. */
  readonly claim?: HelloClaim | undefined;
}

/** What is to be proven (security/link-proofs.ts). */
export interface HelloClaim {
  /** The key that the node id is derived from. */
  readonly publicKey: Uint8Array;
  /** The dialler's, random; the acceptor's is in its CHALLENGE, and zeros stand here. */
  readonly nonce: Uint8Array;
}

const CLAIM_BYTES = PUBLIC_KEY_BYTES + NONCE_BYTES;

/** Encodes HELLO. */
export function encodeHello(hello: Hello): Uint8Array {
  const hostAt = NETWORK_AT + 1 + hello.network.length;
  const claimAt = hostAt + 1 + hello.listenHost.length;
  const frame = newFrame(FRAME_TYPE.hello, 0, claimAt + (hello.claim === undefined ? 0 : CLAIM_BYTES));
  writeU32(frame, MAGIC_AT, HELLO_MAGIC);
  writeU16(frame, VERSION_AT, hello.version);
  writeU32(frame, FEATURES_AT, hello.features);
  frame.set(hello.nodeId, NODE_ID_AT);
  frame.set(hello.instance, INSTANCE_AT);
  frame.set(hello.session, SESSION_AT);
  writeU16(frame, PORT_AT, hello.listenPort);
  frame[NETWORK_AT] = hello.network.length;
  frame.set(hello.network, NETWORK_AT + 1);
  frame[hostAt] = hello.listenHost.length;
  frame.set(hello.listenHost, hostAt + 1);
  if (hello.claim !== undefined) {
    frame.set(hello.claim.publicKey, claimAt);
    frame.set(hello.claim.nonce, claimAt + PUBLIC_KEY_BYTES);
  }
  return frame;
}

/**
 * The version that a HELLO frame states: every version keeps the magic and this field in place, whatever follows.
 * @returns undefined when it is malformed.
 */
export function helloVersion(bytes: Uint8Array, offset: number, sizeBytes: number): number | undefined {
  if (sizeBytes < FEATURES_AT || readU32(bytes, offset + MAGIC_AT) !== HELLO_MAGIC) return undefined;
  return readU16(bytes, offset + VERSION_AT);
}

/**
 * Reads a HELLO frame of version 1 or 2, of `sizeBytes` at `offset`. Bytes after the last field are left for later
 * versions.
 * @returns undefined when it is malformed.
 */
export function decodeHello(bytes: Uint8Array, offset: number, sizeBytes: number): Hello | undefined {
  if (sizeBytes < NETWORK_AT + 2 || readU32(bytes, offset + MAGIC_AT) !== HELLO_MAGIC) return undefined;
  const frame = bytes.subarray(offset, offset + sizeBytes);
  const hostAt = NETWORK_AT + 1 + (frame[NETWORK_AT] ?? 0);
  if (hostAt >= sizeBytes) return undefined;
  const end = hostAt + 1 + (frame[hostAt] ?? 0);
  if (end > sizeBytes) return undefined;
  const version = readU16(frame, VERSION_AT);
  const isSecured = version === SECURED_PROTOCOL_VERSION;
  if (isSecured && end + CLAIM_BYTES > sizeBytes) return undefined;
  return {
    version,
    features: readU32(frame, FEATURES_AT),
    nodeId: frame.slice(NODE_ID_AT, NODE_ID_AT + ID_BYTES),
    instance: frame.slice(INSTANCE_AT, INSTANCE_AT + ID_BYTES),
    session: frame.slice(SESSION_AT, SESSION_AT + ID_BYTES),
    listenPort: readU16(frame, PORT_AT),
    network: frame.slice(NETWORK_AT + 1, hostAt),
    listenHost: frame.slice(hostAt + 1, end),
    ...(isSecured ? { claim: claimAt(frame, end) } : {}),
  };
}

function claimAt(frame: Uint8Array, at: number): HelloClaim {
  const nonceAt = at + PUBLIC_KEY_BYTES;
  return { publicKey: frame.slice(at, nonceAt), nonce: frame.slice(nonceAt, nonceAt + NONCE_BYTES) };
}
