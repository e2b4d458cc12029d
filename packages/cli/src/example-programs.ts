/** What `lab init --program` starts from: the folders of examples/programs, each a program with NAME.yaml and a README. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSTALLATION } from '@peerlab/installation';

/** What npm has installed into an example is no part of it. */
const INSTALLED = 'node_modules';

/** Links out of an example's folder lead nowhere from a copy of it: their texts stay. */
const OUTER_LINK = /\[([^\]]+)\]\(\.\.\/[^)]*\)/g;

/** The names, ascending. */
export function programNames(): readonly string[] {
  const entries = readdirSync(INSTALLATION.programs, { withFileTypes: true });
  return entries.flatMap(entry => (entry.isDirectory() ? [entry.name] : [])).sort();
}

/** The files of one of them, by path in its folder: the topology file first, then ascending. */
export function programFiles(name: string): ReadonlyMap<string, string | Uint8Array> {
  const folder = join(INSTALLATION.programs, name);
  const first = topologyFileOf(name);
  const others = readdirSync(folder).filter(file => file !== first && file !== INSTALLED);
  return new Map([first, ...others.sort()].map(file => [file, contentOf(join(folder, file))]));
}

/** The file that `lab test` takes. */
export function topologyFileOf(name: string): string {
  return `${name}.yaml`;
}

function contentOf(path: string): string | Uint8Array {
  return path.endsWith('.md') ? readFileSync(path, 'utf8').replaceAll(OUTER_LINK, '$1') : readFileSync(path);
}
