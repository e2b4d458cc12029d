/** A fault as JSON, for what comes from another program: one schema for each row of fault-table.ts. */
import * as z from 'zod';
import { numberSchema } from '../number-schema.ts';
import type { Fault } from './fault.ts';
import { FAULT_VERBS, type FaultRow, type FaultVerb, faultRow, parametersOf } from './fault-table.ts';
import { PARAMETERS, type ParameterName } from './parameters.ts';

/** Characters of a name, at most: a bound on what comes from another program. Names of topology files are shorter. */
const MAX_NAME = 100;
/** Peers, links or groups in one list. */
const MAX_LISTED = 10_000;

const peer = z.string().min(1).max(MAX_NAME);
const peers = z.array(peer).min(1).max(MAX_LISTED);

const drawn = { random: numberSchema('count').optional(), seed: numberSchema('seed').optional() };
const TARGETS: Readonly<Record<FaultRow['targets'], z.ZodRawShape>> = {
  groups: { groups: z.array(peers).min(1).max(MAX_LISTED) },
  peers: { peers: peers.optional(), ...drawn },
  links: {
    peers: peers.optional(),
    links: z
      .array(z.tuple([peer, peer]))
      .min(1)
      .max(MAX_LISTED)
      .optional(),
    ...drawn,
  },
};

/** Parses the value of a parameter. */
export function parameterSchema(name: ParameterName): z.ZodType {
  const { takes } = PARAMETERS[name];
  if (takes === 'flag') return z.boolean();
  return takes === 'signal' ? z.string().regex(/^SIG[A-Z0-9]+$/) : numberSchema(takes);
}

/** Parses a {@link Fault}; unknown fields are refused. */
export const faultSchema: z.ZodType<Fault> = z.discriminatedUnion(
  'verb',
  FAULT_VERBS.map(schemaOf) as [z.ZodObject],
) as unknown as z.ZodType<Fault>;

function schemaOf(verb: FaultVerb): z.ZodObject {
  const { targets, settings } = faultRow(verb);
  const parameters = parametersOf(verb).map(name => [name, parameterSchema(name).optional()] as const);
  const has = (fault: object, names: readonly string[]): boolean => names.some(name => Object.hasOwn(fault, name));
  return z
    .strictObject({ verb: z.literal(verb), ...TARGETS[targets], ...Object.fromEntries(parameters) })
    .refine(fault => has(fault, ['groups', 'peers', 'links', 'random']), `${verb} of what?`)
    .refine(fault => settings.length === 0 || has(fault, settings), `${verb} needs ${settings.join(' or ')}`);
}
