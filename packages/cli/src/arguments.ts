/** Reads the command line: which verb with which arguments, or a text that answers it at once (help, version). */
import { INSTALLATION } from '@peerlab/installation';
import yargs, { type Argv } from 'yargs';
import { refuseEmptyWords } from './empty-words.ts';
import { UsageError } from './exit.ts';
import { markLiterals, unmarkLiterals, withLiteralCommand } from './literal-words.ts';
import { STANDARD_INPUT } from './standard-input.ts';
import { VERBS, type VerbEntry } from './verbs/index.ts';
import type { Verb } from './verbs/verb.ts';

/** What the command line asks for. */
export type Chosen = { readonly verb: Verb<never>; readonly args: object } | { readonly text: string };

const SUMMARY = `$0 <verb>

A lab for peer-to-peer networks: one peer per container, proofs from the graph.`;

const EPILOGUE = `Exit code: 0 all proven; 1 a check failed; 2 usage error; 3 driver or engine error; 130 interrupted.
lab <verb> --help explains a verb.`;

const EXAMPLES: readonly (readonly [string, string])[] = [
  ['lab up topologies/ring-20.yaml', 'start a ring of twenty peers and check it'],
  ['lab broadcast ring-20 n0 "hello" --ttl 3', 'flood a message three hops far'],
  ['lab down ring-20', 'remove it completely'],
];

/** The width of help texts, in columns, whatever the terminal's. */
const [NARROWEST, WIDEST] = [40, 100];

/** Verbs to which `-` is standard input. yargs would make it an empty text. */
const FILE_VERBS: ReadonlySet<string> = new Set(['up', 'test', 'graph', 'validate']);

/** @throws {UsageError} for a wrong command line, with the nearest right word where there is one */
export async function readArguments(given: readonly string[]): Promise<Chosen> {
  const [first] = given;
  const named = FILE_VERBS.has(first ?? '') ? given.map(word => (word === '-' ? STANDARD_INPUT : word)) : given;
  const words = markLiterals(first === 'conform' ? withLiteralCommand(named) : named);
  if (first !== undefined && !first.startsWith('-') && VERBS.every(({ name }) => name !== first)) {
    throw await unknownVerb(first);
  }
  const reading = new Reading();
  let failure: Error | undefined;
  let text = '';
  await reading.parser(words).parseAsync([...words], {}, (error, _, output) => {
    failure = error ?? undefined;
    text = output;
  });
  if (failure !== undefined) throw await reading.explained(failure, words);
  return reading.chosen ?? { text };
}

/** What yargs knows of a verb's options; its types leave it out. */
interface KnownOptions {
  readonly key: object;
  readonly array: readonly string[];
  readonly boolean: readonly string[];
  readonly alias: Readonly<Record<string, readonly string[]>>;
}

class Reading {
  chosen: { readonly verb: Verb<never>; readonly args: object } | undefined;
  #entry: VerbEntry | undefined;
  #options: KnownOptions = { key: {}, array: [], boolean: [], alias: {} };

  parser(words: readonly string[]): Argv {
    const parser = yargs([...words])
      .scriptName('lab')
      .locale('en')
      .usage(SUMMARY)
      .updateStrings({ 'Commands:': 'Verbs:' })
      .version(INSTALLATION.version)
      .help()
      .alias('help', 'h')
      .strict()
      .wrap(Math.min(WIDEST, Math.max(NARROWEST, process.stdout.columns || WIDEST)))
      .parserConfiguration({ 'greedy-arrays': false, 'parse-positional-numbers': false })
      .epilogue(EPILOGUE);
    for (const [command, what] of EXAMPLES) parser.example(command, what);
    for (const entry of VERBS) this.#add(parser, entry, words);
    return parser;
  }

  #add(parser: Argv, entry: VerbEntry, words: readonly string[]): void {
    let verb: Verb<never> | undefined;
    parser.command({
      command: `${entry.name} ${entry.positionals}`.trim(),
      describe: entry.describe,
      builder: async own => {
        this.#entry = entry;
        verb = await entry.load();
        const built = verb.builder(
          own.usage(`$0 ${entry.name} ${entry.positionals}\n\n${entry.describe}`).epilogue(''),
        );
        const { key, array, boolean, alias } = (built as unknown as { getOptions(): KnownOptions }).getOptions();
        // A copy: yargs forgets them when it fails.
        this.#options = { key: { ...key }, array: [...array], boolean: [...boolean], alias: { ...alias } };
        refuseEmptyWords(words.slice(1), {
          positionals: entry.positionals,
          takesValue: name => this.#takesValue(name),
        });
        return built;
      },
      handler: args => {
        this.#refuseRepeated(args);
        if (verb !== undefined) this.chosen = { verb, args: unmarkLiterals(args) };
      },
    });
  }

  #takesValue(name: string): boolean | undefined {
    const { key, boolean, alias } = this.#options;
    const names = Object.entries(alias).flatMap(([one, others]) => [one, ...others]);
    const isKnown = Object.hasOwn(key, name) || names.includes(name) || boolean.includes(name);
    return isKnown || name.startsWith('no-') ? !(boolean.includes(name) || name.startsWith('no-')) : undefined;
  }

  /** An option that takes one value, given twice, would come as an array. */
  #refuseRepeated(args: Readonly<Record<string, unknown>>): void {
    const { array, alias } = this.#options;
    for (const [name, value] of Object.entries(args)) {
      const isOne = !array.includes(name) && !Object.values(alias).flat().includes(name);
      if (name !== '_' && Array.isArray(value) && isOne) throw new UsageError(`--${name} is given more than once`);
    }
  }

  async explained(error: Error, words: readonly string[]): Promise<UsageError> {
    if (error instanceof UsageError) return error;
    const entry = this.#entry;
    const help = entry === undefined ? 'lab --help shows the usage' : `lab ${entry.name} --help shows the usage`;
    const { message } = error;
    const missing = /^Not enough non-option arguments: got (\d+)/.exec(message);
    if (missing !== null && entry !== undefined) {
      const name = entry.positionals.split(' ')[Number(missing[1])];
      const use = `usage: lab ${entry.name} ${entry.positionals}`;
      const isTaken = name === '<text>' && words.some(word => /^-/.test(word));
      const hint = isTaken ? `; put a text that begins with a hyphen after --` : '';
      return new UsageError(`lab ${entry.name} needs ${name}`, `${use}${hint}`);
    }
    const choice = /Argument: ([\w-]+), Given: (.+), Choices: (.+)/.exec(message);
    if (choice !== null) {
      const [, name = '', given = '', choices = ''] = choice;
      const known = [...choices.matchAll(/"([^"]+)"/g)].map(found => found[1] ?? '');
      const near = await nearestOf(given.replaceAll('"', ''), known);
      return new UsageError(`--${name} ${given}: not one of ${known.join(', ')}`, near);
    }
    const unknown = /^Unknown arguments?: (.+)$/.exec(message)?.[1]?.split(', ')[0];
    if (unknown === undefined) return new UsageError(message.replace(/\s*\n\s*/g, ' '), help);
    const option = words.map(word => word.split('=')[0] ?? '').find(word => word.replace(/^--?(no-)?/, '') === unknown);
    if (option === undefined || !option.startsWith('-')) {
      return new UsageError(`unexpected argument "${unknown}"`, help);
    }
    const options = Object.keys(this.#options.key).filter(name => name.length > 1);
    const near = await nearestOf(
      option,
      options.map(name => `--${name}`),
    );
    return new UsageError(`unknown option ${option}`, near ?? help);
  }
}

async function unknownVerb(word: string): Promise<UsageError> {
  const names = VERBS.map(({ name }) => name);
  return new UsageError(`unknown verb "${word}"`, (await nearestOf(word, names)) ?? 'lab --help lists all verbs');
}

async function nearestOf(word: string, known: readonly string[]): Promise<string | undefined> {
  const { didYouMean } = await import('@peerlab/topology');
  return didYouMean(word, known);
}
