/**
 * Events: what a peer tells on its standard output without being asked, one JSON object a line.
 * The reading side is lines.ts; docs/PEER-CONTRACT.md tells the whole.
 */
import { SECURITY_SETTINGS, type SecuritySetting } from '@peerlab/conditions';
import * as z from 'zod';

/** The version of the contract that this code speaks; a peer states its own in `ready`. */
export const CONTRACT_VERSION = 1;

/**
 * What a peer may announce. The lab asks nothing of a peer that it did not announce; the commands `info`, `connect`,
 * `neighbours`, `broadcast` and `stop` are everybody's.
 */
export type Capability =
  | 'dm'
  | 'ttl'
  | 'counters'
  | 'trace'
  | 'history'
  | 'disconnect'
  | 'shape'
  | 'ping'
  | 'gossip'
  | 'identity';

/** Every capability that this version knows, in the order of the document. */
export const CAPABILITIES: readonly Capability[] = [
  'dm',
  'ttl',
  'counters',
  'trace',
  'history',
  'disconnect',
  'shape',
  'ping',
  'gossip',
  'identity',
];

/** Who a peer is: the body of `ready`, and the result of the command `info`. */
export interface PeerInfo {
  /** The contract's version that the peer speaks. */
  readonly contract: number;
  /** The id that its messages carry as origin: a UUID. */
  readonly nodeId: string;
  /** The program that the peer runs. */
  readonly node: { readonly name: string; readonly version: string };
  /** Where it takes links. */
  readonly listen: { readonly host: string; readonly port: number };
  /** What it can do beyond the minimum; unknown words are kept, and not used. */
  readonly capabilities: readonly string[];
  /** How it protects its links and messages; left out by a peer that does not say. */
  readonly security?: SecuritySetting | undefined;
  /** Its Ed25519 public key, 64 hexadecimal digits, with the capability `identity`. */
  readonly publicKey?: string | undefined;
}

/** Broadcast or direct message. */
export type MessageKind = 'broadcast' | 'dm';

/** What a peer tells. `peer`, `from`, `to`, `origin` are node ids; `id` is a message's; `session` is a link's. */
export type PeerEvent =
  | ({ readonly event: 'ready' } & PeerInfo)
  | {
      readonly event: 'link-up';
      readonly session: string;
      readonly peer: string;
      readonly direction: 'in' | 'out';
      readonly address: string;
      readonly security?: SecuritySetting | undefined;
    }
  | { readonly event: 'link-down'; readonly session: string; readonly peer: string; readonly reason: string }
  | {
      readonly event: 'received';
      readonly id: string;
      readonly kind: MessageKind;
      readonly origin: string;
      /** The neighbour that it came from; left out where the peer does not know. */
      readonly from?: string | undefined;
      /** Links that this copy crossed, 1 from a neighbour; 0: the peer does not know. */
      readonly hops: number;
      readonly payload: string | { readonly base64: string };
    }
  /** So many events (and log lines) were not told, because what the peer printed was not read. */
  | { readonly event: 'overflow'; readonly lost: number }
  | TraceRecordEvent;

/** What tracing adds, and what `history` recalls. `ttl`: what the frame carried on that link; `hops`: see `received`. */
export type TraceRecordEvent =
  | {
      readonly event: 'sent';
      readonly id: string;
      readonly kind: MessageKind;
      /** The neighbour that it was relayed from; left out by its origin. */
      readonly from?: string | undefined;
      readonly to: readonly string[];
      readonly ttl: number;
    }
  | { readonly event: 'duplicate'; readonly id: string; readonly from: string; readonly ttl: number }
  | { readonly event: 'expired'; readonly id: string; readonly from: string }
  | { readonly event: 'dropped'; readonly id: string; readonly to: string; readonly reason: string };

/** Ids are compared in lower case, in which they are written. */
const id = z.guid().toLowerCase();
const session = z.string().toLowerCase();
const kind = z.enum(['broadcast', 'dm']);
const count = z.int().min(0);

const security = z.enum(SECURITY_SETTINGS).optional();
const publicKey = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/)
  .toLowerCase()
  .optional();

/** The body of `ready` and of `info`'s result. */
export const peerInfoSchema: z.ZodType<PeerInfo> = z.object({
  contract: z.int().min(1),
  nodeId: id,
  node: z.object({ name: z.string(), version: z.string() }),
  listen: z.object({ host: z.string(), port: z.int().min(1).max(65535) }),
  capabilities: z.array(z.string()),
  security,
  publicKey,
});

const traceRecords = [
  z.object({ event: z.literal('sent'), id, kind, from: id.optional(), to: z.array(id), ttl: count }),
  z.object({ event: z.literal('duplicate'), id, from: id, ttl: count }),
  z.object({ event: z.literal('expired'), id, from: id }),
  z.object({ event: z.literal('dropped'), id, to: id, reason: z.string() }),
] as const;

/** A record of `history`. */
export const traceRecordSchema: z.ZodType<TraceRecordEvent> = z.discriminatedUnion('event', traceRecords);

/** Parses an event line's JSON. Fields that this version does not know are let through unread. */
export const eventSchema: z.ZodType<PeerEvent> = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('ready'),
    contract: z.int().min(1),
    nodeId: id,
    node: z.object({ name: z.string(), version: z.string() }),
    listen: z.object({ host: z.string(), port: z.int().min(1).max(65535) }),
    capabilities: z.array(z.string()),
    security,
    publicKey,
  }),
  z.object({
    event: z.literal('link-up'),
    session,
    peer: id,
    direction: z.enum(['in', 'out']),
    address: z.string(),
    security,
  }),
  z.object({ event: z.literal('link-down'), session, peer: id, reason: z.string() }),
  z.object({
    event: z.literal('received'),
    id,
    kind,
    origin: id,
    from: id.optional(),
    hops: count,
    payload: z.union([z.string(), z.object({ base64: z.base64() })]),
  }),
  z.object({ event: z.literal('overflow'), lost: z.int().min(1) }),
  ...traceRecords,
]);

/** Complete by its type. */
const EVENTS: Readonly<Record<PeerEvent['event'], true>> = {
  ready: true,
  'link-up': true,
  'link-down': true,
  received: true,
  overflow: true,
  sent: true,
  duplicate: true,
  expired: true,
  dropped: true,
};

/** The names of all events. */
export const EVENT_NAMES: readonly string[] = Object.keys(EVENTS);
