/**
 * What `scenario:` of a topology file may say, as a zod schema. Quantities (`2s`, `<= 4`, `99.9 %`), and the names of
 * peers, are read-scenario.ts's.
 */
import {
  FAULT_VERBS,
  faultRow,
  PARAMETER_NAMES,
  PARAMETERS,
  parametersOf,
  verbsOn,
  verbsTaking,
} from '@peerlab/conditions';
import { numberSchema, parameterSchema } from '@peerlab/conditions/schemas';
import * as z from 'zod';
import type { StepKind } from './model.ts';

/** The verbs of a step, of which each step has exactly one; `expect` may stand beside a verb that sends. */
export const VERBS: readonly StepKind[] = [
  'broadcast',
  'dm',
  'load',
  'expect',
  'checks',
  'wait-settled',
  'fault',
  'heal',
  'parallel',
  'repeat',
];

/** The checks that a step can ask for. */
export const CHECK_NAMES: readonly string[] = ['links', 'broadcast', 'ttl', 'dm'];

const duration = z.union([z.number(), z.string()]);
const quantity = z.union([z.number(), z.string()]);
const peer = z.string();
const peers = z.union([z.string(), z.array(z.string())]);
const ttl = z.int().min(0).max(65535).optional().describe("TTL, 0 to 65535; left out, the topology's, or no limit.");
const text = z.string().optional().describe('What it says.');

const broadcastFields = { from: peer.describe('The origin.'), ttl, text };
const dmFields = { from: peer.describe('The sender.'), to: peer.describe('The recipient.'), ttl, text };
const loadFields = {
  rate: quantity.describe('Broadcasts a second, of all origins together: 100/s.'),
  duration: duration.describe('How long: 2s.'),
  size: quantity.optional().describe('Payload of each: 1 KiB. Left out, 100 bytes.'),
  from: peers.optional().describe('The origins, in turn: names, n5..n9. Left out, all.'),
  ttl,
};
const expectFields = {
  reaches: peers
    .optional()
    .describe('Who must receive it: all, none, horizon (those that the graph says), or names. Left out: horizon.'),
  'not-reaches': peers.optional().describe('Who must not receive it.'),
  times: quantity.optional().describe('How often each receiver delivers it. Left out: 1.'),
  hops: quantity.optional().describe('Links that each delivered copy crossed: <= 4.'),
  frames: quantity.optional().describe('Data frames that it costs: predicted, or <= 60.'),
  withinMs: z.number().gt(0).optional().describe('From sending to the last delivery, in milliseconds.'),
  delivered: z.string().optional().describe('At least this share of the deliveries that are due: 99.9 %.'),
  links: quantity
    .optional()
    .describe('as-drawn: every link of the file; as-left: those that the faults leave; or how many: ">= 18".'),
};
/** What stands behind a fault's verb, by its kind of targets. */
const FAULT_TARGETS = {
  groups: { schema: z.array(peers), words: 'A list of groups.' },
  peers: { schema: peers, words: 'Peers by name.' },
  links: {
    schema: z.union([z.string(), z.array(z.string()), z.array(z.tuple([peer, peer]))]),
    words: 'Links as pairs of peers, or peers for all their links.',
  },
};
const faultFields: z.ZodRawShape = {
  ...Object.fromEntries(
    FAULT_VERBS.map(verb => {
      const { targets, description } = faultRow(verb);
      const { schema, words } = FAULT_TARGETS[targets];
      const takes = parametersOf(verb).map(name => PARAMETERS[name].key);
      const beside = takes.length === 0 ? '' : ` Takes ${takes.join(', ')}.`;
      return [verb, schema.optional().describe(`${asSentence(description)} ${words}${beside}`)];
    }),
  ),
  ...Object.fromEntries(
    PARAMETER_NAMES.map(name => {
      const { key, description } = PARAMETERS[name];
      const of = `Of ${verbsTaking(name).join(', ')}: ${description}.`;
      return [key, parameterSchema(name).optional().describe(of)];
    }),
  ),
  random: numberSchema('count').optional().describe('So many of them, drawn by the seed.'),
  seed: numberSchema('seed').optional().describe("Decides the draw; left out, the topology's."),
  for: duration.optional().describe('Reverts by itself after this time: 10s.'),
};
const checks = z.union([z.enum(['all', ...CHECK_NAMES]), z.array(z.enum(CHECK_NAMES))]);
const healFields = {
  withinMs: z.number().gt(0).optional().describe('How long the links may take to return, in milliseconds.'),
  checks: checks.optional().describe('What is proven once they are back. Left out, all; [] is nothing.'),
};
const repeatFields = {
  times: z.int().min(1).max(10_000).describe('How often.'),
  steps: z.lazy(() => z.array(stepSchema)),
};

/** A step as it stands in a file. */
export type StepEntry = Readonly<Record<string, unknown>>;

const expectSchema = z
  .strictObject(expectFields)
  .describe('What must come out; what is left out follows from the graph.');

/** A step of the file. That it has exactly one verb is read-scenario.ts's to say. */
export const stepSchema: z.ZodType<StepEntry> = z
  .lazy(() =>
    z.strictObject({
      name: z.string().optional().describe('What the step is for.'),
      at: duration.optional().describe('When it begins, since the steps that it stands among began: 2s.'),
      timeout: duration.optional().describe('How long it may take. Left out, as the scenario says.'),
      broadcast: z
        .union([peer, z.strictObject(broadcastFields)])
        .optional()
        .describe('A flood from a peer.'),
      dm: z.strictObject(dmFields).optional().describe('A direct message.'),
      load: z.strictObject(loadFields).optional().describe('Broadcasts at a steady rate.'),
      expect: expectSchema.optional(),
      checks: checks.optional().describe('The default checks, or some of them, on the graph as it is.'),
      'wait-settled': z.null().optional().describe('Waits until nothing is in flight.'),
      fault: z.strictObject(faultFields).optional().describe('Breaks something.'),
      heal: z
        .union([z.null(), z.literal('all'), z.strictObject(healFields)])
        .optional()
        .describe('Undoes every fault, waits until the links are back, and runs the checks.'),
      parallel: z.array(stepSchema).optional().describe('Steps that run at the same time.'),
      repeat: z.strictObject(repeatFields).optional().describe('Steps that run again and again.'),
    }),
  )
  .meta({ id: 'step', description: 'One step: one verb, and when it happens.' });

const wholeFields = {
  timeout: duration.optional().describe('How long the whole run may take. Left out, 5 minutes.'),
  'step-timeout': duration.optional().describe('How long one step may take. Left out, 60 seconds.'),
  steps: z.array(stepSchema).describe('The steps, in their order.'),
};

/** `scenario:` of a file. */
export const scenarioSchema: z.ZodType<unknown> = z
  .union([z.array(stepSchema), z.strictObject(wholeFields)])
  .describe('What `lab test` does with the lab, step by step; left out, it runs the default checks.');

const STEP_KEYS = ['name', 'at', 'timeout', ...VERBS];

/** The keys that are known in each map of a scenario, for the advice on an unknown one. */
export const SCENARIO_KEYS: Readonly<Record<string, readonly string[]>> = {
  scenario: Object.keys(wholeFields),
  step: STEP_KEYS,
  broadcast: Object.keys(broadcastFields),
  dm: Object.keys(dmFields),
  load: Object.keys(loadFields),
  expect: Object.keys(expectFields),
  fault: Object.keys(faultFields),
  heal: Object.keys(healFields),
  repeat: Object.keys(repeatFields),
};

/** The key of SCENARIO_KEYS for a place in the document, which begins with `scenario`. */
export function scenarioPlaceOf(path: readonly (string | number)[]): string {
  const last = path.at(-1);
  if (path.length === 1) return 'scenario';
  return typeof last === 'string' && last in SCENARIO_KEYS ? last : 'step';
}

/** What a value of a scenario that has several shapes must be, in words. */
export function scenarioShapeOf(path: readonly (string | number)[]): string {
  const [last = ''] = path.filter(key => typeof key === 'string').slice(-1);
  return SHAPES[last] ?? 'a word or a number';
}

const SHAPES: Readonly<Record<string, string>> = {
  scenario: 'a list of steps, or a map with steps:',
  broadcast: 'the name of a peer, or { from: n0, ttl: 3 }',
  checks: `all, or some of ${CHECK_NAMES.join(', ')}`,
  heal: 'all, or { withinMs: 5000 }',
  ...Object.fromEntries(
    [...verbsOn('groups'), ...verbsOn('peers'), 'reaches', 'not-reaches', 'from'].map(key => [
      key,
      'the name of a peer, n5..n9, "n*", all, or a list of those',
    ]),
  ),
  ...Object.fromEntries(verbsOn('links').map(key => [key, 'pairs of peers such as [[a, b]], or peers'])),
};

function asSentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}
