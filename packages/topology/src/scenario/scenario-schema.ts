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

/** The verbs of a step, of which each step has exactly one; a verb that sends may have `expect`. */
export const VERBS: readonly StepKind[] = [
  'broadcast',
  'dm',
  'load',
  'expect',
  'checks',
  'wait-settled',
  'exec',
  'log',
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
const ttl = numberSchema('ttl').optional().describe("TTL, 0 to 65535; default: the topology's TTL, or no limit.");
const text = z.string().optional().describe('The payload.');

const broadcastFields = { from: peer.describe('The origin.'), ttl, text };
const dmFields = { from: peer.describe('The sender.'), to: peer.describe('The recipient.'), ttl, text };
const loadFields = {
  rate: quantity.describe('Broadcasts per second, all origins together: 100/s.'),
  duration: duration.describe('How long: 2s.'),
  size: quantity.optional().describe('Payload of each: 1 KiB. Default: 100 bytes.'),
  from: peers.optional().describe('The origins, in turn: names, n5..n9. Default: all.'),
  ttl,
};
const expectFields = {
  reaches: peers
    .optional()
    .describe(
      'The peers that must receive it: all, none, horizon (predicted from the graph), or names. Default: horizon.',
    ),
  'not-reaches': peers.optional().describe('The peers that must not receive it.'),
  times: quantity.optional().describe('How often each receiver delivers it. Default: 1.'),
  hops: quantity.optional().describe('Links that each delivered copy crossed: <= 4.'),
  frames: quantity.optional().describe('Data frames that it costs: predicted, or <= 60.'),
  within: duration
    .optional()
    .describe(
      'Waits until all of it holds, no longer than this: 30s. Of a message, from its sending to the last delivery.',
    ),
  withinMs: z.number().gt(0).optional().describe('The same in milliseconds.'),
  refused: z.literal(true).optional().describe('The program refuses to send it.'),
  converged: peers
    .optional()
    .describe('all, or names: each of them lists all others of them on its side of a partition, and nobody else.'),
  connected: peers.optional().describe('all, or names: they are connected, by what they list of each other.'),
  degree: quantity.optional().describe('How many peers each one lists: 3..8, or ">= 3".'),
  members: peers.optional().describe('The peers that every running peer lists, itself left out.'),
  probe: z
    .union([z.literal('all-pairs'), z.array(z.tuple([peer, peer]))])
    .optional()
    .describe('all-pairs, or pairs: the first gets an answer of the second, by the probe: of its kind.'),
  delivered: z.string().optional().describe('At least this share of the expected deliveries: 99.9 %.'),
  links: quantity
    .optional()
    .describe('as-drawn: every link of the file; as-left: the links that the faults leave; or a number: ">= 18".'),
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
  random: numberSchema('count').optional().describe('How many of them, drawn with the seed.'),
  seed: numberSchema('seed').optional().describe("The seed of the draw; default: the topology's seed."),
  for: duration.optional().describe('The fault ends after this time: 10s.'),
};
const within = duration.optional().describe('How long it may take to become so: 30s. Default: it is judged once.');
const on = peers.describe('The peers: names, n0..n4, all.');
const execFields = {
  on,
  run: z
    .union([z.string(), z.array(z.string())])
    .describe('The command: text, split as a shell does it, or a list of words. No shell runs. Words are templates.'),
  status: z
    .union([z.int().min(0).max(255), z.literal('any')])
    .optional()
    .describe('The exit code: a number, or any. Default: 0.'),
  match: z.string().optional().describe('A regular expression that something in what it prints matches.'),
  count: quantity
    .optional()
    .describe('How many matches of match:; without match:, how many lines of standard output: 3, ">= 3".'),
  within,
  timeout: duration.optional().describe('How long one run may take. Default: within, or the timeout of the step.'),
};
const logFields = { on, match: z.string().describe('A regular expression that a line matches.'), within };
const checks = z.union([z.enum(['all', ...CHECK_NAMES]), z.array(z.enum(CHECK_NAMES))]);
const healFields = {
  within: duration.optional().describe('How long the links may take to return: 60s.'),
  withinMs: z.number().gt(0).optional().describe('The same in milliseconds.'),
  checks: checks.optional().describe('The checks to run once they are back. Default: all; [] for none.'),
};
const repeatFields = {
  times: z.int().min(1).max(10_000).describe('The number of repetitions.'),
  steps: z.lazy(() => z.array(stepSchema)),
};

/** A step in a file. */
export type StepEntry = Readonly<Record<string, unknown>>;

const expectSchema = z.strictObject(expectFields).describe('The expected result; omitted parts follow from the graph.');

/** A step of the file. That it has exactly one verb is read-scenario.ts's to say. */
export const stepSchema: z.ZodType<StepEntry> = z
  .lazy(() =>
    z.strictObject({
      name: z.string().optional().describe('The purpose of the step.'),
      at: duration.optional().describe('When it begins, counted from the start of its list of steps: 2s.'),
      timeout: duration.optional().describe('The timeout of the step. Default: step-timeout of the scenario.'),
      broadcast: z
        .union([peer, z.strictObject(broadcastFields)])
        .optional()
        .describe('A flood from a peer.'),
      dm: z.strictObject(dmFields).optional().describe('A direct message.'),
      load: z.strictObject(loadFields).optional().describe('Broadcasts at a steady rate.'),
      expect: expectSchema.optional(),
      checks: checks.optional().describe('The default checks, or some of them, on the current graph.'),
      'wait-settled': z.null().optional().describe('Waits until nothing is in flight.'),
      exec: z.strictObject(execFields).optional().describe('Runs a program beside peers, and judges its answer.'),
      log: z.strictObject(logFields).optional().describe('Waits for a line that peers print.'),
      fault: z.strictObject(faultFields).optional().describe('Injects a fault.'),
      heal: z
        .union([z.null(), z.literal('all'), z.strictObject(healFields)])
        .optional()
        .describe('Lifts every fault, waits until the links are back, and runs the checks.'),
      parallel: z.array(stepSchema).optional().describe('Steps that run at the same time.'),
      repeat: z.strictObject(repeatFields).optional().describe('Steps that are repeated.'),
    }),
  )
  .meta({ id: 'step', description: 'One step: one verb, and when it happens.' });

const wholeFields = {
  timeout: duration.optional().describe('The timeout of the whole run. Default: 5 minutes.'),
  'step-timeout': duration.optional().describe('The timeout of one step. Default: 60 seconds.'),
  steps: z.array(stepSchema).describe('The steps, in their order.'),
};

/** `scenario:` of a file. */
export const scenarioSchema: z.ZodType<unknown> = z
  .union([z.array(stepSchema), z.strictObject(wholeFields)])
  .describe('What `lab test` does with the lab, step by step. Default: the default checks.');

const STEP_KEYS = ['name', 'at', 'timeout', ...VERBS];

/** The keys that are known in each map of a scenario, for the advice on an unknown one. */
export const SCENARIO_KEYS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    scenario: Object.keys(wholeFields),
    step: STEP_KEYS,
    broadcast: Object.keys(broadcastFields),
    dm: Object.keys(dmFields),
    load: Object.keys(loadFields),
    expect: Object.keys(expectFields),
    exec: Object.keys(execFields),
    log: Object.keys(logFields),
    fault: Object.keys(faultFields),
    heal: Object.keys(healFields),
    repeat: Object.keys(repeatFields),
  }),
);

/** The key of SCENARIO_KEYS for a place in the document, which begins with `scenario`. */
export function scenarioPlaceOf(path: readonly (string | number)[]): string {
  const last = path.at(-1);
  if (path.length === 1) return 'scenario';
  return typeof last === 'string' && SCENARIO_KEYS.has(last) ? last : 'step';
}

/** What a value of a scenario that has several shapes must be, in words. */
export function scenarioShapeOf(path: readonly (string | number)[]): string {
  const [last = ''] = path.filter(key => typeof key === 'string').slice(-1);
  return SHAPES.get(last) ?? 'a word or a number';
}

const SHAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    scenario: 'a list of steps, or a map with steps:',
    broadcast: 'the name of a peer, or { from: n0, ttl: 3 }',
    checks: `all, or some of ${CHECK_NAMES.join(', ')}`,
    heal: 'all, or { within: 60s }',
    probe: 'all-pairs, or pairs of peers such as [[a, b]]',
    run: 'a command, as text or as a list of words',
    status: 'a whole number from 0 to 255, or any',
    ...Object.fromEntries(
      [
        ...verbsOn('groups'),
        ...verbsOn('peers'),
        'reaches',
        'not-reaches',
        'from',
        'on',
        'converged',
        'connected',
        'members',
      ].map(key => [key, 'the name of a peer, n5..n9, "n*", all, or a list of those']),
    ),
    ...Object.fromEntries(verbsOn('links').map(key => [key, 'pairs of peers such as [[a, b]], or peers'])),
  }),
);

function asSentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}
