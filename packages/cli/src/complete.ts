/** `lab __complete WORD…`: the candidates for the last word. The scripts of verbs/completion.ts call it. */
import { ownValue } from '@peerlab/conditions';
import yargs from 'yargs';
import { withDriverOfLab } from './driver-of-lab-option.ts';
import { withEngineOption } from './engine-option.ts';
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
  const verbs = VERBS.map(({ name }) => name);
  if (words.length <= 1) return [...verbs, 'help', 'version'];
  return words[0] === 'help' && words.length === 2 ? verbs : [];
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
  if (place === undefined) return [];
  const lab = given[places.indexOf('lab')];
  return await wordsFor(place.replace('..', ''), { lab, given, word: words.at(-1) ?? '' }, options);
}

/** Declares the verb's options, to ask yargs for them. */
async function optionsOf(entry: VerbEntry): Promise<KnownOptions> {
  const built = withEngineOption(entry, withDriverOfLab(entry, (await entry.load()).builder(yargs([]))));
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

/** What stands before the word that is completed, and its beginning. */
interface Before {
  readonly lab: string | undefined;
  readonly given: readonly string[];
  readonly word: string;
}

/** The candidates for a positional argument, by its name. */
async function wordsFor(
  place: string,
  { lab = '', given, word }: Before,
  options: KnownOptions,
): Promise<readonly string[]> {
  if (place === 'generator') return (await import('@peerlab/graph')).GENERATOR_NAMES;
  if (place === 'lab' || place === 'labs') return await labs();
  // No link leads from a peer to itself, and no message.
  if (place === 'peer' || place === 'from') return await peers(lab);
  if (place === 'to') return (await peers(lab)).filter(name => name !== given.at(-1));
  if (place === 'targets') return await targets(lab, word);
  return choicesOf(place, options);
}

async function labs(): Promise<readonly string[]> {
  const [{ reachableDrivers }, { listLabs }] = await Promise.all([import('./labs.ts'), import('@peerlab/lab')]);
  const { drivers } = await reachableDrivers();
  return (await listLabs(drivers)).map(({ name }) => name);
}

/** Of the running lab; of its file, where it does not run. */
async function peers(lab: string): Promise<readonly string[]> {
  const [{ findNamed }, { isPath, readTopology }] = await Promise.all([
    import('./labs.ts'),
    import('./topology-file.ts'),
  ]);
  try {
    return (await findNamed(lab)).peers.map(({ name }) => name);
  } catch {
    if (!isPath(lab)) return [];
    return await readTopology(lab).then(
      topology => topology.peers.map(({ name }) => name),
      () => [],
    );
  }
}

/** Peers, and what comes after a comma or a colon: `n0,n1`, `n3:n4`. */
async function targets(lab: string, word: string): Promise<readonly string[]> {
  const names = await peers(lab);
  const begun = /^.*[,:]/.exec(word)?.[0] ?? '';
  return begun === '' ? [...names, 'all'] : names.map(name => `${begun}${name}`);
}
