/** What a topology file may say of a link: the same words as the contract has for it (docs/PEER-CONTRACT.md, shape). */
import * as z from 'zod';
import type { Latency, LinkSettings } from './model.ts';

/** Ten minutes. */
const MAX_MS = 600_000;

const ms = z.number().min(0).max(MAX_MS);

const latencyMs: z.ZodType<Latency> = z.union([
  ms.describe('The same for every frame.'),
  z
    .strictObject({
      uniform: z.strictObject({ min: ms, max: ms }).refine(({ min, max }) => min <= max, 'min is above max'),
    })
    .describe('Each value from min to max alike.'),
  z.strictObject({ exponential: z.strictObject({ mean: ms }) }).describe('Exponentially distributed.'),
  z
    .strictObject({
      logNormal: z.strictObject({ median: z.number().gt(0).max(MAX_MS), sigma: z.number().min(0).max(10) }),
    })
    .describe('Log-normally distributed: the usual shape on the internet.'),
]);

/** The settings of a link, field by field. */
export const linkFields: {
  readonly [F in keyof LinkSettings]-?: z.ZodOptional<z.ZodType<NonNullable<LinkSettings[F]>>>;
} = {
  latencyMs: latencyMs.optional().describe('Delay in one direction, in milliseconds: a number, or a distribution.'),
  jitterMs: ms.optional().describe('The delay varies by up to this much, in milliseconds.'),
  lossRatio: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('The share of transmissions that are lost, from 0 to 1; on a stream they are sent again.'),
  bandwidthKbps: z.number().gt(0).optional().describe('Bandwidth in kilobits per second.'),
  delivery: z
    .enum(['stream', 'datagram'])
    .optional()
    .describe('stream: in order, nothing lost, as on TCP; datagram: frames may overtake each other and get lost.'),
};
