/** `lab __complete WORD…`: what may stand in place of the last word. Asked by the scripts of verbs/completion.ts. */
import { VERBS } from './verbs/index.ts';

/** Options by verb; `--help` and `-f` fit where a verb prints a result. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  up: ['--driver', '--no-verify', '--name', '--seed', '--format'],
  down: ['--all', '--format'],
  ls: ['--format'],
  inspect: ['--format'],
  verify: ['--check', '--format'],
  broadcast: ['--ttl', '--format'],
  dm: ['--ttl', '--format'],
  watch: ['--trace', '--format'],
  logs: ['--follow', '--tail', '--raw', '--format'],
  graph: ['--from', '--format'],
  generate: ['--name', '--seed', '--expand', '--output', '--format'],
  validate: ['--format'],
  doctor: ['--format'],
};

const VALUES: Readonly<Record<string, readonly string[]>> = {
  '--driver': ['auto', 'docker', 'local'],
  '--format': ['text', 'json'],
  '-f': ['text', 'json'],
  '--check': ['links', 'broadcast', 'ttl', 'dm'],
};

/** What stands at each place of a verb; the last repeats. */
const PLACES: Readonly<Record<string, readonly ('file' | 'lab' | 'peer' | 'generator' | 'shell' | 'nothing')[]>> = {
  up: ['file', 'nothing'],
  down: ['lab'],
  inspect: ['lab', 'nothing'],
  verify: ['lab', 'nothing'],
  broadcast: ['lab', 'peer', 'nothing'],
  dm: ['lab', 'peer', 'peer', 'nothing'],
  watch: ['lab', 'nothing'],
  logs: ['lab', 'peer', 'nothing'],
  graph: ['lab', 'nothing'],
  generate: ['generator', 'nothing'],
  validate: ['file'],
  completion: ['shell', 'nothing'],
};

/**
 * The words that fit, one or none where files do: the shell knows those.
 * @param words the words after `lab`, the last being the one to complete, empty where it is not begun
 */
export async function complete(words: readonly string[]): Promise<readonly string[]> {
  const begun = words.at(-1) ?? '';
  const fitting = (all: readonly string[]): readonly string[] => all.filter(word => word.startsWith(begun));
  const [verb = ''] = words;
  if (words.length <= 1) return fitting(VERBS.map(({ name }) => name));
  const before = words.at(-2) ?? '';
  if (VALUES[before] !== undefined) {
    const more = verb === 'graph' && /^(-f|--format)$/.test(before) ? ['mermaid', 'dot'] : [];
    return fitting([...VALUES[before], ...more]);
  }
  if (begun.startsWith('-')) return fitting([...(OPTIONS[verb] ?? []), '--help']);
  const given = words.slice(1, -1).filter((word, i, all) => !word.startsWith('-') && !takesValue(all[i - 1]));
  const places = PLACES[verb] ?? ['nothing'];
  const place = places[given.length] ?? places.at(-1);
  if (place === 'shell') return fitting(['bash', 'zsh', 'fish']);
  if (place === 'generator') {
    const { GENERATORS } = await import('@peerlab/topology');
    return fitting(GENERATORS.map(({ name }) => name));
  }
  if (place === 'lab') return fitting(await labs());
  if (place === 'peer') return fitting(await peers(given[0] ?? ''));
  return [];
}

function takesValue(option: string | undefined): boolean {
  return option !== undefined && /^(-f|-o|--(format|driver|name|seed|ttl|tail|from|check|output))$/.test(option);
}

async function labs(): Promise<readonly string[]> {
  const [{ reachableDrivers }, { listLabs }] = await Promise.all([
    import('./labs.ts'),
    import('@peerlab/orchestrator'),
  ]);
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
