/** The packages as a user has them: packed, and installed into an empty folder outside this project. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run-lab.ts';

const PACKAGES = join(ROOT, 'packages');

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The folders of the packages that `name` needs at run time, its own included. */
function closure(name: string, manifests: ReadonlyMap<string, Manifest>, found: Set<string> = new Set()): Set<string> {
  const [folder, manifest] = [...manifests].find(([, known]) => known.name === name) ?? [];
  if (folder === undefined || found.has(folder)) return found;
  found.add(folder);
  for (const dependency of Object.keys(manifest?.dependencies ?? {})) closure(dependency, manifests, found);
  return found;
}

/** Installs a package of this project, with what it needs, into `folder`. */
export function installInto(folder: string, name: string): void {
  const read = (of: string): Manifest => JSON.parse(readFileSync(join(PACKAGES, of, 'package.json'), 'utf8'));
  const manifests = new Map(readdirSync(PACKAGES).map(of => [of, read(of)]));
  const packed = join(folder, 'packed');
  mkdirSync(packed, { recursive: true });
  for (const of of closure(name, manifests)) {
    npm(['pack', '--ignore-scripts', '--pack-destination', packed], join(PACKAGES, of));
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'of-a-user', private: true }));
  const tarballs = readdirSync(packed).map(file => join(packed, file));
  npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs], folder);
}

function npm(words: readonly string[], cwd: string): void {
  execFileSync('npm', words, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
}
