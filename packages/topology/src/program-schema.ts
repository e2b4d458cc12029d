/** What `program:`, `facts:` and `setup:` of a file may say, as zod schemas. What they mean together is program-section.ts. */
import * as z from 'zod';

/** A command in a file: text that is split into words, words, or a map. */
export type CommandEntry =
  | string
  | string[]
  | { run: string | string[]; status?: number | 'any' | undefined; match?: string | undefined };

/** `program:` of a file. */
export interface ProgramEntry {
  run: string | string[];
  ready?: { log: string } | { port: number | string } | Exclude<CommandEntry, string | string[]> | undefined;
  join?: CommandEntry | undefined;
  members?: CommandEntry | undefined;
  broadcast?: CommandEntry | undefined;
  send?: CommandEntry | undefined;
  received?: string | undefined;
  listen?: string | string[] | undefined;
  probe?: CommandEntry | undefined;
  key?: string | undefined;
  stop?: string | undefined;
}

/** A step of `setup:` of a file. */
export interface SetupEntry {
  on: string | string[];
  run: string | string[];
  status?: number | 'any' | undefined;
  match?: string | undefined;
  within?: number | string | undefined;
}

const words = z.union([z.string(), z.array(z.string())]);
const commandFields = {
  run: words.describe('The command: text, split as a shell does it, or a list of words. No shell runs.'),
  status: z
    .union([z.int().min(0).max(255), z.literal('any')])
    .optional()
    .describe('The exit status of success. Default: 0.'),
  match: z.string().optional().describe('A regular expression that a line of what it prints matches.'),
};
const commandMap = z.strictObject(commandFields);
const command = z.union([z.string(), z.array(z.string()), commandMap]).optional();

/** `program:` of a kind. */
export const programSchema: z.ZodType<ProgramEntry> = z.strictObject({
  run: words.describe('What stays running: the peer itself.'),
  ready: z
    .union([
      z.strictObject({ log: z.string().describe('A regular expression for a line that it prints.') }),
      z.strictObject({ port: z.union([z.number(), z.string()]).describe('A TCP port that it listens on.') }),
      commandMap,
    ])
    .optional()
    .describe('When it is ready: { log: … }, { port: … } or { run: … }. Default: as soon as it runs.'),
  join: command.describe('Links it to {to.address}, for each drawn link; with links: own, once to {first.address}.'),
  members: command.describe('Prints its neighbours. match: has the group (?<peer>…): a name, an address or an id.'),
  broadcast: command.describe('Sends {message} to all.'),
  send: command.describe('Sends {message} to the peer {to.name} alone.'),
  received: z
    .string()
    .optional()
    .describe('A line that says that a message arrived: the group (?<message>…), or (?<key>…) with key:.'),
  listen: words.optional().describe('A second program, whose lines are heard as well.'),
  probe: command.describe('Asks the peer {to.name} for an answer, where there are no messages.'),
  key: z
    .string()
    .optional()
    .describe("What broadcast: and send: print of a message's own name, where the program chooses it: (?<key>…)."),
  stop: z.string().optional().describe('The signal that ends it. Default: SIGTERM.'),
});

/** `facts:` of a kind. */
export const factsSchema: z.ZodType<Record<string, CommandEntry>> = z
  .record(z.string(), commandMap)
  .describe('Values that later commands use, by name: { run: …, match: … } with the group (?<value>…).');

const setupStep: z.ZodType<SetupEntry> = z.strictObject({
  on: z.union([z.string(), z.array(z.string())]).describe('The peers at which it runs: names, n0..n4, all.'),
  ...commandFields,
  within: z
    .union([z.number(), z.string()])
    .optional()
    .describe('How long it may take to succeed: 30s. Default: it runs once at each peer.'),
});

/** `setup:` of a file. */
export const setupSchema: z.ZodType<SetupEntry | SetupEntry[]> = z
  .union([setupStep, z.array(setupStep)])
  .describe('Commands that run once, when all peers are ready.');

/** Keys, for advice. */
export const PROGRAM_KEYS: readonly string[] = [
  'run',
  'ready',
  'join',
  'members',
  'broadcast',
  'send',
  'received',
  'listen',
  'probe',
  'key',
  'stop',
];

/** Keys of a command, for advice. */
export const COMMAND_KEYS: readonly string[] = Object.keys(commandFields);

/** Keys of a step of `setup:`, for advice. */
export const SETUP_KEYS: readonly string[] = ['on', ...COMMAND_KEYS, 'within'];
