/** `lab __complete WORD…`: the candidates for the last word. The scripts of verbs/completion.ts call it. */
import { ownValue } from '@peerlab/conditions';
import yargs from 'yargs';
import { VERBS, type VerbEntry } from './verbs/index.ts';

/** What yargs knows of a verb's options; its types leave it out. */
interface KnownOptions {
  readonly key: Readonly<Record<string, unknown>>;
  readonly alias: Readonly<Record<string, readonly string[]>>;
  readonly boolean: readonly string[];
  readonly choices: Readonly<Record<string, readonly string[]>>;
  readonly hiddenOptions: readonly string[];
  readonly default: Readonly<Record<string, unknown>>;
}

/**
 * The words that fit; none where files do: the shell knows those.
 * @param words the words after `lab`, the last being the one to complete, empty where it is not begun
 */
export async function complete(words: readonly string[]): Promise<readonly string[]> {
  const [name = ''] = words;
  const entry = words.length > 1 ? VERBS.find(verb => verb.name === name) : undefined;
  const all = entry === undefined ? verbsFor(words) : await wordsOf(entry, words.slice(1));
  return all.filter(word => word.startsWith(words.at(-1) ?? ''));
}

function verbsFor(words: readonly string[]): readonly string[] {
  return words.length <= 1 ? VERBS.map(({ name }) => name) : [];
}

async function wordsOf(entry: VerbEntry, words: readonly string[]): Promise<readonly string[]> {
  const options = await optionsOf(entry);
  const before = words.at(-2);
  if (takesValue(before, options)) return choicesOf(optionName(before ?? ''), options);
  if (words.at(-1)?.startsWith('-')) return shownOptions(entry, options);
  const given = words.slice(0, -1).filter((word, i) => !word.startsWith('-') && !takesValue(words[i - 1], options));
  const places = placesOf(entry);
  const last = places.at(-1);
  const place = places[given.length] ?? (last?.endsWith('..') ? last : undefined);
  return place === undefined ? [] : await wordsFor(place.replace('..', ''), given, options);
}

/** Declares the verb's options, to ask yargs for them. */
async function optionsOf(entry: VerbEntry): Promise<KnownOptions> {
  const built = (await entry.load()).builder(yargs([]));
  return (built as unknown as { getOptions(): KnownOptions }).getOptions();
}

/** Positional arguments by name, `labs..` where more may follow. */
function placesOf({ positionals }: VerbEntry): readonly string[] {
  return positionals.split(' ').map(place => place.replace(/[<>[\]]/g, ''));
}

function optionName(word: string): string {
  return word.replace(/^--?/, '');
}

function takesValue(word: string | undefined, { key, alias, boolean }: KnownOptions): boolean {
  if (word === undefined || !word.startsWith('-') || word.includes('=')) return false;
  const name = optionName(word);
  const isKnown = Object.hasOwn(key, name) || Object.values(alias).flat().includes(name);
  return isKnown && !boolean.includes(name) && name !== 'help' && name !== 'version';
}

function choicesOf(name: string, { choices, alias }: KnownOptions): readonly string[] {
  const alike = Object.entries(alias).filter(([other, names]) => other === name || names.includes(name));
  const names = [name, ...alike.flat(2)];
  return names.flatMap(other => ownValue(choices, other) ?? []).filter((choice, i, all) => all.indexOf(choice) === i);
}

/** As `--help` shows them; what is on by default is offered as `--no-`. */
function shownOptions(entry: VerbEntry, options: KnownOptions): readonly string[] {
  const places = placesOf(entry).map(place => place.replace('..', ''));
  const names = Object.keys(options.key).filter(
    name => name.length > 1 && name !== 'version' && !places.includes(name) && !options.hiddenOptions.includes(name),
  );
  return names.map(name => (ownValue(options.default, name) === true ? `--no-${name}` : `--${name}`));
}

/** The candidates for a positional argument, by its name. */
async function wordsFor(place: string, given: readonly string[], options: KnownOptions): Promise<readonly string[]> {
  if (place === 'generator') return (await import('@peerlab/graph')).GENERATOR_NAMES;
  if (place === 'lab' || place === 'labs') return await labs();
  if (place === 'peer' || place === 'from' || place === 'to') return await peers(given[0] ?? '');
  return choicesOf(place, options);
}

async function labs(): Promise<readonly string[]> {
  const [{ reachableDrivers }, { listLabs }] = await Promise.all([import('./labs.ts'), import('@peerlab/lab')]);
  const { drivers } = await reachableDrivers();
  return (await listLabs(drivers)).map(({ name }) => name);
}

async function peers(lab: string): Promise<readonly string[]> {
  const { findNamed } = await import('./labs.ts');
  try {
    return (await findNamed(lab)).peers.map(({ name }) => name);
  } catch {
    return [];
  }
}
