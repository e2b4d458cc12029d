/**
 * What this machine's apt would answer from, as one fingerprint: its settings, sources, preferences, and the lists that
 * `apt-get update` brings. As long as it is the same, so are the packages that apt finds.
 */
import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '../image.ts';

/** How long apt may take to print its settings, in milliseconds: it takes ten. */
const CONFIG_MS = 10_000;

/** Files and folders of apt that decide what it finds, by the names of its settings; `/f` and `/d` have it print whole paths. */
const PLACES: readonly string[] = [
  'Dir::State::lists/d',
  'Dir::Etc::sourcelist/f',
  'Dir::Etc::sourceparts/d',
  'Dir::Etc::preferences/f',
  'Dir::Etc::preferencesparts/d',
  'Dir::Etc::trusted/f',
  'Dir::Etc::trustedparts/d',
];

/** The fingerprint; undefined where there is no apt, or it does not say where its files are. */
export async function aptState(): Promise<string | undefined> {
  const names = PLACES.flatMap((place, i) => [`PLACE${i}`, place]);
  const [settings, placed] = await Promise.all([aptConfig(['dump']), aptConfig(['shell', ...names])]);
  if (settings === undefined || placed === undefined) return undefined;
  const paths = [...placed.matchAll(/^PLACE\d+='(.*)'$/gm)].map(([, path = '']) => path);
  return paths.length === PLACES.length ? hashOf(settings, ...fingerprintOf(paths)) : undefined;
}

/**
 * Name, size and time of each of these files, and of those in these folders; a link is what it leads to.
 * What is not there is told apart from what is empty.
 */
export function fingerprintOf(paths: readonly string[]): readonly string[] {
  return paths.map(path => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory() !== true) return stampOf(path);
    const inside = readdirSync(path).sort();
    return `${path}: ${inside.map(name => stampOf(join(path, name), name)).join(', ')}`;
  });
}

/** Folders in a folder are apt's own: what is being downloaded, and its locks. */
function stampOf(path: string, name: string = path): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return `${name} is missing`;
  return found.isFile() ? `${name} ${found.size} ${found.mtimeNs}` : name;
}

async function aptConfig(words: readonly string[]): Promise<string | undefined> {
  return await new Promise(resolve => {
    const options = { env: { ...process.env, LC_ALL: 'C' }, timeout: CONFIG_MS, encoding: 'utf8' } as const;
    execFile('apt-config', [...words], options, (error, stdout) => resolve(error === null ? stdout : undefined));
  });
}
