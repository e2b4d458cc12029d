/** The peer as a pure state machine. Start at peer.ts; docs/PROTOCOL.md is the wire format. */
export { Alarm } from './alarm.ts';
export { BYE_CODE, type ByeReason, decodeBye, encodeBye } from './bye.ts';
export { Dialler, type DiallerHost, type DialOutcome } from './dialler.ts';
export type { DialDone, DialEnd } from './dials.ts';
export {
  DELIVER,
  decideFlood,
  EXACT_TTL_MAX,
  hopsOf,
  IGNORE,
  isNeeded,
  OWN_MESSAGE,
  RELAY,
  REMEMBER,
  UNSEEN,
} from './flood.ts';
export type { Totals } from './flooder.ts';
export * from './frame.ts';
export { FrameReader, type FrameSink, type ReadResult } from './frame-reader.ts';
export { decodeHello, encodeHello, HELLO_MAGIC, type Hello, helloVersion, MAX_HELLO_BYTES } from './hello.ts';
export type { Message, PeerHost, PeerTrace } from './host.ts';
export { compareIds, formatId, ID_BYTES, type Id, idAt, parseId, sameId } from './id.ts';
export type { Link, LinkEnd, LinkState } from './link.ts';
export type { Direction, LinkTransport } from './link-transport.ts';
export { DEFAULT_PEER_OPTIONS, type PeerOptions, type SlowReaderPolicy } from './options.ts';
export { Peer, type SendOptions } from './peer.ts';
export type { PeerIdentity } from './peer-identity.ts';
export { DEFAULT_REDIAL_OPTIONS, Redial, type RedialOptions } from './redial.ts';
export { nodeIdOf } from './security/derived-id.ts';
export { KEY_SEARCH_MS } from './security/key-search.ts';
export { BINDING_BYTES } from './security/link-proofs.ts';
export type { Rejected } from './security/message-security.ts';
export { messageFrameBytes } from './security/message-size.ts';
export { type PeerSecurity, PUBLIC_KEY_BYTES, SEAL_BYTES, type SecurityMode } from './security/peer-security.ts';
export { SeenCache, type SeenCacheOptions } from './seen-cache.ts';
