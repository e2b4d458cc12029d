/**
 * The lines of a trace: a header, then events in the order in which the lab learnt of them, then a closing line.
 * Written by recorder.ts, read by reader.ts; docs/TRACE.md is its text.
 */
import { SECURITY_SETTINGS, type SecuritySetting } from '@peerlab/conditions';
import { eventSchema, type PeerEvent } from '@peerlab/contract';
import { decidedRuling, type Finding, findingFields, openRuling } from '@peerlab/finding';
import * as z from 'zod';

/** The version of the format; a reader refuses others. */
export const TRACE_VERSION = 2;

/** The first line: which lab this is, and how it looked when the recording began. */
export interface TraceHeader {
  readonly trace: number;
  readonly lab: string;
  readonly driver: string;
  readonly seed: number;
  /** When the recording began, ISO 8601. */
  readonly startedAt: string;
  /** `virtual`: times are the simulation's own; `wall`: those at which the lab heard of the events. */
  readonly clock: 'wall' | 'virtual';
  /** The resolved topology, as the lab keeps it. */
  readonly topology: TraceTopology;
  /** In topology order. */
  readonly peers: readonly TracePeer[];
  /** The links that were up, as pairs of places in `peers`, and how they were protected, where their ends said so. */
  readonly linksUp: readonly (readonly [number, number, (SecuritySetting | undefined)?])[];
}

/** A resolved topology; more fields than these may be there, and are kept. */
export interface TraceTopology {
  readonly name: string;
  readonly seed: number;
  /** Name and settings. */
  readonly peers: readonly (readonly [string, unknown])[];
  /** Places of the two ends, and settings. */
  readonly links: readonly (readonly [number, number, unknown])[];
  readonly [more: string]: unknown;
}

/** A peer as the recording began. */
export interface TracePeer {
  readonly name: string;
  /** By which events name it. */
  readonly nodeId: string;
  readonly address: string;
  readonly state: PeerState;
}

/** What a driver says of a peer; `silent`: it runs, and does not answer the lab. */
export type PeerState = 'running' | 'paused' | 'stopped' | 'missing' | 'silent';

/** What happened to the lab as a whole, or was done to it. Peers are named. */
export type LabTraceEvent =
  | {
      readonly event: 'peer-state';
      readonly name: string;
      readonly state: PeerState;
      readonly isolated?: boolean | undefined;
    }
  /** `kind` is that of the fault, such as `partition`, `kill` or `slow`; `text` says it in a sentence. */
  | {
      readonly event: 'fault';
      readonly kind: string;
      readonly text: string;
      readonly peers?: readonly string[] | undefined;
      readonly links?: readonly (readonly [string, string])[] | undefined;
    }
  | { readonly event: 'heal'; readonly text: string }
  /** What a check found. */
  | ({ readonly event: 'check'; readonly name: string } & Finding)
  /** What a message that the lab sent found, against what the graph says. */
  | ({
      readonly event: 'message';
      readonly id: string;
      readonly from: string;
      readonly to?: string | undefined;
      readonly ttl?: number | undefined;
      /** The peers that had to receive it. */
      readonly due: readonly string[];
      readonly missed: readonly string[];
      /** Data frames that it cost; null where they could not be counted. */
      readonly frames: number | null;
      /** Null where some links go one way. */
      readonly predictedFrames: number | null;
    } & Finding)
  /** Anything that a reader of the recording should know, such as a scenario's step. */
  | { readonly event: 'note'; readonly text: string }
  /** The recording ended properly; `events` counts the lines between header and this one. */
  | { readonly event: 'end'; readonly events: number };

/** An event that a peer told. `by` is its name; the other fields are as the contract says, with node ids. */
export type PeerTraceEvent = { readonly by: string } & PeerEvent;

/** A line after the header. `atMs`: milliseconds since the recording began, or the simulation's own time; never falling by much. */
export type TraceEvent = { readonly atMs: number } & (PeerTraceEvent | LabTraceEvent);

const place = z.int().min(0);
const state = z.enum(['running', 'paused', 'stopped', 'missing', 'silent']);
const names = z.array(z.string());

/** Parses the first line's JSON. */
export const headerSchema: z.ZodType<TraceHeader> = z
  .object({
    trace: z.literal(TRACE_VERSION),
    lab: z.string(),
    driver: z.string(),
    seed: z.number(),
    startedAt: z.string(),
    clock: z.enum(['wall', 'virtual']),
    topology: z.looseObject({
      name: z.string(),
      seed: z.number(),
      peers: z.array(z.tuple([z.string(), z.unknown()])),
      links: z.array(z.tuple([place, place, z.unknown()])),
    }),
    peers: z.array(z.object({ name: z.string(), nodeId: z.guid(), address: z.string(), state })).min(1),
    linksUp: z.array(z.tuple([place, place, z.enum(SECURITY_SETTINGS).optional()])),
  })
  .refine(
    ({ topology, peers, linksUp }) => [...topology.links, ...linksUp].every(link => hasEnds(link, peers.length)),
    {
      message: 'a link to an unknown peer',
    },
  );

function hasEnds([a, b]: readonly [number, number, unknown?], peers: number): boolean {
  return a < peers && b < peers;
}

const check = { event: z.literal('check'), name: z.string(), ...findingFields };
const message = {
  event: z.literal('message'),
  id: z.guid(),
  from: z.string(),
  to: z.string().optional(),
  ttl: z.number().optional(),
  due: names,
  missed: names,
  frames: z.number().nullable(),
  predictedFrames: z.number().nullable(),
  ...findingFields,
};

/** Parses a lab event's JSON, without its time. */
export const labEventSchema: z.ZodType<LabTraceEvent> = z.discriminatedUnion('event', [
  z.object({ event: z.literal('peer-state'), name: z.string(), state, isolated: z.boolean().optional() }),
  z.object({
    event: z.literal('fault'),
    kind: z.string(),
    text: z.string(),
    peers: names.optional(),
    links: z.array(z.tuple([z.string(), z.string()])).optional(),
  }),
  z.object({ event: z.literal('heal'), text: z.string() }),
  z.discriminatedUnion('verdict', [z.object({ ...check, ...decidedRuling }), z.object({ ...check, ...openRuling })]),
  z.discriminatedUnion('verdict', [
    z.object({ ...message, ...decidedRuling }),
    z.object({ ...message, ...openRuling }),
  ]),
  z.object({ event: z.literal('note'), text: z.string() }),
  z.object({ event: z.literal('end'), events: place }),
]);

const at = z.object({ atMs: z.number().min(0) });

/** Parses a later line's JSON: with `by` a peer's event, without it the lab's. */
export const traceEventSchema: z.ZodType<TraceEvent> = z.union([
  z.intersection(z.intersection(at, z.object({ by: z.string() })), eventSchema),
  z.intersection(at, labEventSchema),
]);
