/**
 * Replies: the one answer that every command gets, and the shape of each command's result.
 * Commands are in commands.ts.
 */

import { type LinkShape, SECURITY_SETTINGS, type SecuritySetting } from '@peerlab/conditions';
import { linkShapeSchema } from '@peerlab/conditions/schemas';
import * as z from 'zod';
import type { CommandName } from './commands.ts';
import { type PeerInfo, peerInfoSchema, type TraceRecordEvent, traceRecordSchema } from './events.ts';

/** A link that is up, as `neighbours` lists it. */
export interface NeighbourInfo {
  /** The neighbour's node id. */
  readonly peer: string;
  /** The link session's id, the same at both ends. */
  readonly session: string;
  /** Who dialled: `out` is this peer. */
  readonly direction: 'in' | 'out';
  /** The other end, as `host:port`. */
  readonly address: string;
  /** How this link is protected; left out by a peer that does not say. */
  readonly security?: SecuritySetting | undefined;
}

/** The counters of one link session. Data frames are broadcasts and direct messages, acknowledgements included. */
export interface SessionCounters {
  readonly session: string;
  readonly peer: string;
  /** False once either end has closed it; a closed session is remembered for a while. */
  readonly open: boolean;
  /** Data frames handed to the link. */
  readonly framesOut: number;
  /** Data frames taken from the link. */
  readonly framesIn: number;
  readonly bytesOut?: number | undefined;
  readonly bytesIn?: number | undefined;
}

/** The result of `history`. */
export interface HistoryResult {
  /** In order; none for a message that is not known, or not any more. */
  readonly records: readonly TraceRecordEvent[];
  /**
   * How far back the records of all messages are complete, in milliseconds: to the start of the peer, or to the newest
   * message that it has forgotten. Left out by a peer that forgets nothing.
   */
  readonly recordedMs?: number | undefined;
}

/** The result of `counters`. */
export interface CountersResult {
  readonly sessions: readonly SessionCounters[];
  /** Sums since the start, by name: `delivered`, `relayed`, `duplicate`, `expired`, `dropped`. */
  readonly totals: Readonly<Record<string, number>>;
}

/** What each command answers. */
export interface Results {
  readonly info: PeerInfo;
  readonly connect: { readonly peer: string; readonly session: string };
  readonly disconnect: Record<string, never>;
  readonly neighbours: { readonly links: readonly NeighbourInfo[] };
  readonly broadcast: { readonly id: string };
  readonly dm: { readonly id: string };
  readonly counters: CountersResult;
  readonly trace: Record<string, never>;
  readonly history: HistoryResult;
  readonly shape: { readonly links: readonly { readonly peer: string; readonly settings: LinkShape }[] };
  /** The round trip, in milliseconds. */
  readonly ping: { readonly rttMs: number };
  readonly stop: Record<string, never>;
}

/**
 * Why a command failed.
 * - `bad-command`: not a command of this contract, or a field is missing or wrong;
 * - `not-supported`: this peer does not do that;
 * - `connect-failed`: nobody answered there, or the handshake was refused;
 * - `no-such-peer`: no link to that peer; to a sealed `dm`, nobody told its key;
 * - `too-large`: the payload does not fit into a frame;
 * - `stopping`: the peer is shutting down;
 * - `internal`: a defect of the peer.
 */
export type ErrorCode =
  | 'bad-command'
  | 'not-supported'
  | 'connect-failed'
  | 'no-such-peer'
  | 'too-large'
  | 'stopping'
  | 'internal';

/** A reply line: the sequence number of its command, and a result or an error. */
export type Reply =
  | { readonly reply: string; readonly result: unknown }
  | { readonly reply: string; readonly error: { readonly code: string; readonly message: string } };

/** Parses a reply line's JSON. */
export const replySchema: z.ZodType<Reply> = z.union([
  z.object({ reply: z.string(), error: z.object({ code: z.string(), message: z.string() }) }),
  z.object({ reply: z.string(), result: z.unknown() }),
]);

const id = z.guid().toLowerCase();
const session = z.string().toLowerCase();
const nothing = z.object({}) as z.ZodType<Record<string, never>>;
const count = z.int().min(0);

/** Parses each command's result. */
export const resultSchemas: { readonly [C in CommandName]: z.ZodType<Results[C]> } = {
  info: peerInfoSchema,
  connect: z.object({ peer: id, session }),
  disconnect: nothing,
  neighbours: z.object({
    links: z.array(
      z.object({
        peer: id,
        session,
        direction: z.enum(['in', 'out']),
        address: z.string(),
        security: z.enum(SECURITY_SETTINGS).optional(),
      }),
    ),
  }),
  broadcast: z.object({ id }),
  dm: z.object({ id }),
  counters: z.object({
    sessions: z.array(
      z.object({
        session,
        peer: id,
        open: z.boolean(),
        framesOut: count,
        framesIn: count,
        bytesOut: count.optional(),
        bytesIn: count.optional(),
      }),
    ),
    totals: z.record(z.string(), z.number()),
  }),
  trace: nothing,
  history: z.object({ records: z.array(traceRecordSchema), recordedMs: z.number().min(0).optional() }),
  shape: z.object({ links: z.array(z.object({ peer: id, settings: linkShapeSchema })) }),
  ping: z.object({ rttMs: z.number().min(0) }),
  stop: nothing,
};
