/** The settings of a link as zod schemas: of a topology file, and of the contract's command `shape`. */
import * as z from 'zod';
import type { DrawnLinkSettings, EachWay } from './drawn-link.ts';
import type { Latency, LinkSettings, LinkShape } from './link-settings.ts';
import { numberSchema } from './number-schema.ts';

const ms = numberSchema('ms');

const latencies = [
  ms.describe('The same for every frame.'),
  z
    .strictObject({
      uniform: z.strictObject({ min: ms, max: ms }).refine(({ min, max }) => min <= max, 'min is above max'),
    })
    .describe('Uniformly distributed from min to max.'),
  z.strictObject({ exponential: z.strictObject({ mean: ms }) }).describe('Exponentially distributed.'),
  z
    .strictObject({ logNormal: z.strictObject({ median: ms.gt(0), sigma: numberSchema('sigma') }) })
    .describe('Log-normally distributed: the usual shape on the internet.'),
] as const;
const latency: z.ZodType<Latency> = z.union(latencies);

/** The settings of a link, field by field. */
export const linkFields: {
  readonly [S in keyof LinkSettings]-?: z.ZodOptional<z.ZodType<NonNullable<LinkSettings[S]>>>;
} = {
  latencyMs: latency.optional().describe('Delay in one direction, in milliseconds: a number, or a distribution.'),
  jitterMs: ms.optional().describe('The delay varies by up to this much, in milliseconds.'),
  lossRatio: numberSchema('ratio')
    .optional()
    .describe('The share of transmissions that are lost, from 0 to 1; on a stream they are sent again.'),
  bandwidthKbps: numberSchema('kbps').optional().describe('Bandwidth in kilobits per second.'),
  delivery: z
    .enum(['stream', 'datagram'])
    .optional()
    .describe('stream: in order, nothing lost, as on TCP; datagram: frames may overtake each other and get lost.'),
};

/** A value for each direction of a drawn link. */
function ways<T>(schema: z.ZodType<T>): z.ZodType<Readonly<Record<'there' | 'back', T>>> {
  return z
    .strictObject({
      there: schema.describe('From the first peer of the link to the second.'),
      back: schema.describe('From the second peer of the link to the first.'),
    })
    .describe('Another value in each direction.');
}

function eachWay(schema: z.ZodType<number>): z.ZodType<EachWay<number>> {
  return z.union([schema, ways(schema)]);
}

/** The settings of a drawn link, field by field: those of which each direction may have its own. */
export const drawnLinkFields: {
  readonly [S in keyof DrawnLinkSettings]-?: z.ZodOptional<z.ZodType<NonNullable<DrawnLinkSettings[S]>>>;
} = {
  latencyMs: z
    .union([...latencies, ways(latency)])
    .optional()
    .describe('Delay in one direction, in milliseconds: a number, a distribution, or { there: …, back: … }.'),
  jitterMs: eachWay(ms).optional().describe(descriptionOf('jitterMs')),
  lossRatio: eachWay(numberSchema('ratio')).optional().describe(descriptionOf('lossRatio')),
  bandwidthKbps: eachWay(numberSchema('kbps')).optional().describe(descriptionOf('bandwidthKbps')),
  delivery: linkFields.delivery,
};

function descriptionOf(name: keyof LinkSettings): string {
  return linkFields[name].description ?? '';
}

/** Parses a {@link LinkShape}; unknown fields are refused, since they would silently not be obeyed. */
export const linkShapeSchema: z.ZodType<LinkShape> = z.strictObject({
  ...linkFields,
  down: z
    .boolean()
    .optional()
    .describe('The link is cut. No link to that peer comes up in either direction until this is lifted.'),
  mute: z.boolean().optional().describe('Data frames to that peer are dropped; the link itself stays up.'),
});
