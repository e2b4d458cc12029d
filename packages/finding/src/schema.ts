/** The fields of a finding as they are read from JSON, for the schemas of what extends it: traces, documents, reports. */
import * as z from 'zod';
import { EXPLANATION_KINDS, type Explanation } from './explanation.ts';

const text: z.ZodString = z.string().min(1);

/** Parses an explanation. */
export const explanationSchema: z.ZodType<Explanation> = z.object({
  kind: z.enum(EXPLANATION_KINDS),
  culprit: text.exactOptional(),
  suspects: z.array(text).exactOptional(),
  messageId: text.exactOptional(),
  way: z.object({ path: z.array(text), stoppedAfter: text }).exactOptional(),
  text,
});

/** The fields of a finding but for its ruling. */
export const findingFields: {
  readonly claim: z.ZodString;
  readonly expected: z.ZodString;
  readonly observed: z.ZodString;
  readonly evidence: z.ZodArray<z.ZodString>;
  readonly explanations: z.ZodArray<z.ZodType<Explanation>>;
} = {
  claim: text,
  expected: text,
  observed: text,
  evidence: z.array(text),
  explanations: z.array(explanationSchema),
};

/** The ruling on a claim that was decided; the other alternative is {@link openRuling}. */
export const decidedRuling: { readonly verdict: z.ZodLiteral<'proven' | 'failed'> } = {
  verdict: z.literal(['proven', 'failed']),
};

/** The ruling on a claim that is not proven. */
export const openRuling: { readonly verdict: z.ZodLiteral<'not-proven'>; readonly reason: z.ZodString } = {
  verdict: z.literal('not-proven'),
  reason: text,
};
