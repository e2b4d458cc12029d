/** The real peer as a library. Start at create-node.ts; as a process in a lab it is agent.ts. */
export type { LinkEnd } from '@peerlab/protocol';
export type { Codec, Sendable } from './codec.ts';
export type { Content, JsonValue } from './content.ts';
export type { Counters, LinkCounters, Traffic } from './counters.ts';
export { createNode } from './create-node.ts';
export type { MessageStream } from './message-stream.ts';
export { METRICS_CONTENT_TYPE } from './metrics.ts';
export { NodeError, type NodeErrorCode } from './node-error.ts';
export type { Neighbor, NodeEvents } from './node-events.ts';
export { DEFAULT_LIBRARY_OPTIONS, type LibraryOptions, type NodeOptions, type SecurityOption } from './node-options.ts';
export type { PeerNode } from './peer-node.ts';
export type { Received } from './received.ts';
export type { RequestFailureReason } from './request-failures.ts';
export type { RequestHandler } from './requests.ts';
export type { DmOptions, RequestOptions, SendOptions } from './send-options.ts';
export type { Topic } from './topic.ts';
export { VERSION } from './version.ts';
