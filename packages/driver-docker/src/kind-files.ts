/** The files that a kind's containers have beside their program: `files:` of a topology file, as files with their places. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { PlannedKind } from '@peerlab/driver';
import { LabError } from '@peerlab/driver';
import type { PlacedFile } from './host-program.ts';
import type { TarFile } from './tar.ts';

/**
 * Every file, folders taken apart. `target` is absolute, or relative where it belongs into the working directory.
 * @throws {LabError} `CANNOT_CARRY` for a file that is not there, or has no place
 */
export function kindFiles({ name, folder, files = [] }: PlannedKind): readonly PlacedFile[] {
  return files.flatMap(({ from, to }) => {
    const path = resolve(folder, from);
    const refuse = (what: string, advice: string): LabError =>
      new LabError('CANNOT_CARRY', `the kind ${name}: ${what}`, { advice, details: { kind: name, path } });
    if (!existsSync(path)) throw refuse(`there is no ${from}`, `searched in ${folder}`);
    const inside = relative(folder, path);
    if (to === undefined && (inside === '' || inside.startsWith('..'))) {
      throw refuse(
        `${from} is not in the topology file's folder`,
        `give its place in the container, such as files: { ${from}: /peer }`,
      );
    }
    return filesBelow(path, to ?? inside);
  });
}

function filesBelow(path: string, target: string): PlacedFile[] {
  if (!statSync(path).isDirectory()) return [{ path, target }];
  return readdirSync(path).flatMap(entry => filesBelow(join(path, entry), `${target}/${entry}`));
}

/** The file for an archive, below the folder `under` of it: readable for everybody, and run by everybody where its owner may. */
export function tarFile({ path, target }: PlacedFile, under: string): TarFile {
  const { mode, mtime } = statSync(path);
  const name = join(under, target);
  return {
    name,
    mode: (mode & 0o100) === 0 ? 0o444 : 0o555,
    source: { path },
    mtime: new Date(Math.floor(mtime.getTime() / 1000) * 1000),
  };
}

/** Changes when one of the files does: place, size and time of each. */
export function fingerprint(files: readonly PlacedFile[]): string {
  return files
    .map(({ path, target }) => {
      const { size, mtimeMs } = statSync(path);
      return `${target} ${size} ${Math.floor(mtimeMs)}`;
    })
    .join('\n');
}
