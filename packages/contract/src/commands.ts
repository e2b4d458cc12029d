/**
 * Commands: what the lab writes to a peer's standard input, one JSON object a line.
 * Replies are in replies.ts, events in events.ts; docs/PEER-CONTRACT.md tells the whole.
 */

import type { LinkShape } from '@peerlab/conditions';
import { linkShapeSchema, numberSchema } from '@peerlab/conditions/schemas';
import * as z from 'zod';

/** A payload in JSON: as text, or as bytes in base64 under `base64`. */
export type Payload = string | { readonly base64: string };

/** What a peer is asked to do, without the sequence number. */
export type Request =
  /** Who are you: answers with the body of the `ready` event. */
  | { readonly command: 'info' }
  /** Dial an address; the reply comes once the link is up, or has failed. Dialling a neighbour again is not an error. */
  | { readonly command: 'connect'; readonly host: string; readonly port: number }
  /** Close the link to a neighbour and do not dial it again. */
  | { readonly command: 'disconnect'; readonly peer: string }
  /** The links that are up. */
  | { readonly command: 'neighbours' }
  /** Flood a message. `ttl`: 0..65535 hops; default: the peer's own default, which is no limit. */
  | { readonly command: 'broadcast'; readonly payload: Payload; readonly ttl?: number | undefined }
  /** Send a message to one peer, named by its node id, relayed by others. */
  | {
      readonly command: 'dm';
      readonly to: string;
      readonly payload: Payload;
      readonly ttl?: number | undefined;
      /** The recipient's public key, in hexadecimal, where the controller knows it: a sealed message needs it. */
      readonly key?: string | undefined;
    }
  /** Data frames handed to and taken from each link session. */
  | { readonly command: 'counters' }
  /** Turn the events `sent`, `duplicate`, `expired` and `dropped` on or off. */
  | { readonly command: 'trace'; readonly on: boolean }
  /** What this peer did with one message, from its bounded memory. */
  | { readonly command: 'history'; readonly id: string }
  /**
   * Set what this peer does to what it sends to some neighbours, by node id, over reconnects; `null` takes it back.
   * Answers with everything that is set; without `links` it only tells.
   */
  | {
      readonly command: 'shape';
      readonly links?: readonly { readonly peer: string; readonly settings: LinkShape | null }[] | undefined;
    }
  /** Measure the round trip on the link to a neighbour. */
  | { readonly command: 'ping'; readonly peer: string }
  /** Leave: say BYE on every link, drain, and exit with status 0. The reply comes first. */
  | { readonly command: 'stop' };

/** The name of a command. */
export type CommandName = Request['command'];

/**
 * A request with its sequence number, as it stands on the line. `seq` is chosen by the controller and comes back in
 * the reply; several controllers stay apart by starting theirs with a random prefix.
 */
export type Command = Request & { readonly seq: string };

const payload = z.union([z.string(), z.strictObject({ base64: z.base64() })]);
const ttl = numberSchema('ttl').optional();
const nodeId = z.guid();
const key = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .optional();
const seq = z.string().min(1).max(64);

/** True for what a command's `seq` may be: a line without such a one gets no reply. */
export function isSequence(value: unknown): value is string {
  return seq.safeParse(value).success;
}

/** Parses a command line's JSON; unknown fields are refused, since they would silently not be obeyed. */
export const commandSchema: z.ZodType<Command> = z.discriminatedUnion('command', [
  z.strictObject({ seq, command: z.literal('info') }),
  z.strictObject({
    seq,
    command: z.literal('connect'),
    host: z.string().min(1).max(255),
    port: z.int().min(1).max(65535),
  }),
  z.strictObject({ seq, command: z.literal('disconnect'), peer: nodeId }),
  z.strictObject({ seq, command: z.literal('neighbours') }),
  z.strictObject({ seq, command: z.literal('broadcast'), payload, ttl }),
  z.strictObject({ seq, command: z.literal('dm'), to: nodeId, payload, ttl, key }),
  z.strictObject({ seq, command: z.literal('counters') }),
  z.strictObject({ seq, command: z.literal('trace'), on: z.boolean() }),
  z.strictObject({ seq, command: z.literal('history'), id: nodeId }),
  z.strictObject({
    seq,
    command: z.literal('shape'),
    links: z.array(z.strictObject({ peer: nodeId, settings: linkShapeSchema.nullable() })).optional(),
  }),
  z.strictObject({ seq, command: z.literal('ping'), peer: nodeId }),
  z.strictObject({ seq, command: z.literal('stop') }),
]);
