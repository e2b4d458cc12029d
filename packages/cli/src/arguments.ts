/** Reads the command line: which verb with which arguments, or a text that answers it at once (help, version). */
import { isOutsideName, outsidePackage } from '@peerlab/drivers';
import { INSTALLATION } from '@peerlab/installation';
import yargs, { type Argv } from 'yargs';
import { withDriverOfLab } from './driver-of-lab-option.ts';
import { refuseEmptyWords } from './empty-words.ts';
import { withEngineOption } from './engine-option.ts';
import { UsageError } from './exit.ts';
import { markLiterals, unmarkLiterals, withLiteralCommand } from './literal-words.ts';
import { STANDARD_INPUT } from './standard-input.ts';
import { sameMeaning } from './synonyms.ts';
import { VERBS, type VerbEntry } from './verbs/index.ts';
import type { Verb } from './verbs/verb.ts';

/** What the command line asks for. */
export type Chosen = ChosenVerb | { readonly text: string };

/** A verb with its arguments. */
export interface ChosenVerb {
  readonly verb: Verb<never>;
  readonly args: object;
  /** What `--engine` names, each as NAME=ENDPOINT, or by its name in the settings file; undefined for a verb without the option. */
  readonly engines: readonly string[] | undefined;
  /** The driver whose labs alone a verb that finds labs means; undefined: those of every driver of the list. */
  readonly driver: string | undefined;
}

const SUMMARY = `$0 <verb>

A lab for peer-to-peer networks: one peer per container, proofs from the graph.`;

const EPILOGUE = `Exit code: 0 all proven; 1 a check failed; 2 usage error; 3 driver or engine error; 130 interrupted.
lab <verb> --help, or lab help <verb>, explains a verb.`;

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
export async function readArguments(asked: readonly string[]): Promise<Chosen> {
  const given = withoutVerbsOfWords(asked);
  const [first] = given;
  const named = FILE_VERBS.has(first ?? '') ? given.map(word => (word === '-' ? STANDARD_INPUT : word)) : given;
  const words = markLiterals(withLiteralCommand(named));
  if (first !== undefined && !first.startsWith('-') && VERBS.every(({ name }) => name !== first)) {
    throw await unknownVerb(first);
  }
  const reading = new Reading();
  let failure: Error | undefined;
  let text = '';
  try {
    await reading.parser(words).parseAsync([...words], {}, (error, _, output) => {
      failure = error ?? undefined;
      text = output;
    });
  } catch (error) {
    // What yargs finds before it comes to a verb, it throws.
    if (!(error instanceof Error) || error.name !== 'YError') throw error;
    failure = error;
  }
  if (failure !== undefined) throw await reading.explained(failure, words);
  return reading.chosen ?? { text };
}

/** `lab help up` is `lab up --help`, and `lab version` is `lab --version`. */
function withoutVerbsOfWords(asked: readonly string[]): readonly string[] {
  const [first, verb] = asked;
  if (first === 'version') return ['--version'];
  if (first !== 'help') return asked;
  return verb === undefined || verb.startsWith('-') ? ['--help'] : [verb, '--help'];
}

/** What yargs knows of a verb's options; its types leave it out. */
interface KnownOptions {
  readonly key: object;
  readonly array: readonly string[];
  readonly boolean: readonly string[];
  readonly alias: Readonly<Record<string, readonly string[]>>;
}

class Reading {
  chosen: ChosenVerb | undefined;
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
        const built = withEngineOption(
          entry,
          withDriverOfLab(
            entry,
            verb.builder(own.usage(`$0 ${entry.name} ${entry.positionals}\n\n${entry.describe}`).epilogue('')),
          ),
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
        if (verb === undefined) return;
        const unmarked = unmarkLiterals(args);
        const { engine = [], driver } = unmarked as { readonly engine?: readonly string[]; readonly driver?: string };
        const named = entry.namesEngines === true ? engine.filter(word => word.includes('=')) : engine;
        this.chosen = {
          verb,
          args: unmarked,
          engines: entry.usesEngines === true ? named : undefined,
          driver: entry.findsLabs === true ? driver : undefined,
        };
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
    // First, for its value may be what is missing: `lab up --nope file.yaml`.
    const stray = words.find(word => this.#isUnknownOption(word));
    if (stray !== undefined) return await this.#unknownOption(stray.split('=')[0] ?? stray, help);
    const valueless = /^Not enough arguments following: (\S+)/.exec(message)?.[1];
    if (valueless !== undefined) return new UsageError(`--${valueless} needs a value`, help);
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
      const word = given.replaceAll('"', '');
      const near = await nearestOf(word, known);
      // A place in the line has no hyphens: `lab link cut` is an action, not an option.
      const isPlace = entry?.positionals.split(' ').some(place => place.replace(/[<>[\].]/g, '') === name) === true;
      const what = isPlace ? `lab ${entry?.name}: unknown ${name} "${word}", not` : `--${name} ${given}: not`;
      const other = isPlace ? help : name === 'driver' ? otherDriver(word) : undefined;
      return new UsageError(`${what} one of ${known.join(', ')}`, near ?? other);
    }
    const unknown = /^Unknown arguments?: (.+)$/.exec(message)?.[1]?.split(', ')[0];
    if (unknown === undefined) return new UsageError(message.replace(/\s*\n\s*/g, ' '), help);
    const option = words.map(word => word.split('=')[0] ?? '').find(word => word.replace(/^--?(no-)?/, '') === unknown);
    if (option === undefined || !option.startsWith('-')) {
      return new UsageError(`unexpected argument "${unknown}"`, help);
    }
    return await this.#unknownOption(option, help);
  }

  /** True for a word that can only be an option, and is none of this verb's. */
  #isUnknownOption(word: string): boolean {
    const [, hyphens, name = ''] = /^(--?)(?:no-)?([A-Za-z][\w-]*)/.exec(word) ?? [];
    if (this.#entry === undefined || hyphens === undefined) return false;
    const known = new Set([...Object.keys(this.#options.key), ...Object.values(this.#options.alias).flat()]);
    // yargs takes -fjson for -f json, and --stepTimeout for --step-timeout.
    return ![name, ...(hyphens === '-' ? [name[0] ?? ''] : [])].some(one => known.has(one));
  }

  async #unknownOption(option: string, help: string): Promise<UsageError> {
    const options = Object.keys(this.#options.key).filter(name => name.length > 1);
    const { nearest } = await import('@peerlab/conditions');
    const near = nearest(option.replace(/^--?/, ''), options);
    return new UsageError(`unknown option ${option}`, near === undefined ? help : `did you mean "--${near}"?`);
  }
}

async function unknownVerb(word: string): Promise<UsageError> {
  const names = VERBS.map(({ name }) => name);
  return new UsageError(`unknown verb "${word}"`, (await nearestOf(word, names)) ?? 'lab --help lists all verbs');
}

async function nearestOf(word: string, known: readonly string[]): Promise<string | undefined> {
  const same = sameMeaning(word, known);
  if (same !== undefined) return `did you mean "${same}"?`;
  const { didYouMean } = await import('@peerlab/topology');
  return didYouMean(word, known);
}

/** How one comes to a driver that is not there; undefined where no package could have that name. */
function otherDriver(word: string): string | undefined {
  return isOutsideName(word) ? `a driver of others is a package: npm install ${outsidePackage(word)}` : undefined;
}
