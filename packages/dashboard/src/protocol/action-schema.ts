/** Parses what the page asks for; faults by the table of packages/conditions. */
import { REPAIR_VERBS } from '@peerlab/conditions';
import { faultSchema, numberSchema } from '@peerlab/conditions/schemas';
import * as z from 'zod';
import type { Action } from './actions.ts';

/** Characters of a message. */
const MAX_TEXT = 10_000;

/** The longest time that is let pass at once, in milliseconds: an hour. */
const MAX_PASS_MS = 3_600_000;

/** Characters of a peer's name, and more. */
const MAX_NAME = 100;

const peer = z.string().min(1).max(MAX_NAME);
const text = z.string().max(MAX_TEXT);
const ttl = numberSchema('ttl').optional();

/** Parses an action's JSON. */
export const actionSchema: z.ZodType<Action> = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('broadcast'), from: peer, text, ttl }),
  z.strictObject({ do: z.literal('dm'), from: peer, to: peer, text, ttl }),
  z.strictObject({ do: z.literal('verify') }),
  z.strictObject({ do: z.literal('fault'), fault: faultSchema }),
  z.strictObject({ do: z.enum(REPAIR_VERBS), peer }),
  z.strictObject({ do: z.literal('link-up'), link: z.tuple([peer, peer]) }),
  z.strictObject({ do: z.literal('heal') }),
  z.strictObject({ do: z.literal('pass'), ms: z.number().positive().max(MAX_PASS_MS) }),
]);
