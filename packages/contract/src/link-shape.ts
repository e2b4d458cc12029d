/** What a peer can be asked to do to what it sends on a link: the settings of a network, and faults. */
import * as z from 'zod';

/** A delay in one direction, drawn anew for each frame: a number of milliseconds, or a distribution of them. */
export type LatencyShape =
  | number
  | { readonly uniform: { readonly min: number; readonly max: number } }
  | { readonly exponential: { readonly mean: number } }
  | { readonly logNormal: { readonly median: number; readonly sigma: number } };

/** See the module's header. What is left out is as the network is. */
export interface LinkShape {
  /** In milliseconds, 0..600000. */
  readonly latencyMs?: LatencyShape | undefined;
  /** The delay varies by up to this much in either direction, in milliseconds, 0..600000. */
  readonly jitterMs?: number | undefined;
  /** The share of transmissions that are lost, 0..1. On a stream a loss is a delay: it is sent again. */
  readonly lossRatio?: number | undefined;
  /** Kilobits (1000 bits) per second, above 0. */
  readonly bandwidthKbps?: number | undefined;
  /** `stream`: in order, nothing lost, as on TCP. `datagram`: frames may overtake each other, and a lost one is gone. */
  readonly delivery?: 'stream' | 'datagram' | undefined;
  /** The link is cut, as a cable would be, and none to that peer comes up in either direction, until this is taken back. */
  readonly down?: boolean | undefined;
  /** Data frames to that peer are dropped; the link itself stays, kept alive. */
  readonly mute?: boolean | undefined;
}

/** The longest latency and jitter, in milliseconds: ten minutes. */
const MAX_MS = 600_000;

const ms = z.number().min(0).max(MAX_MS);

/** Parses a {@link LatencyShape}. */
export const latencyShapeSchema: z.ZodType<LatencyShape> = z.union([
  ms,
  z.strictObject({
    uniform: z.strictObject({ min: ms, max: ms }).refine(({ min, max }) => min <= max, 'min is above max'),
  }),
  z.strictObject({ exponential: z.strictObject({ mean: ms }) }),
  z.strictObject({
    logNormal: z.strictObject({ median: z.number().gt(0).max(MAX_MS), sigma: z.number().min(0).max(10) }),
  }),
]);

/** Parses a {@link LinkShape}; unknown fields are refused, since they would silently not be obeyed. */
export const linkShapeSchema: z.ZodType<LinkShape> = z.strictObject({
  latencyMs: latencyShapeSchema.optional(),
  jitterMs: ms.optional(),
  lossRatio: z.number().min(0).max(1).optional(),
  bandwidthKbps: z.number().gt(0).optional(),
  delivery: z.enum(['stream', 'datagram']).optional(),
  down: z.boolean().optional(),
  mute: z.boolean().optional(),
});
