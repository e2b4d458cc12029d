// The licences of what others wrote and a bundle carries: a plugin for rolldown and vite that writes them beside the bundle.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** Writes the file `path` with a notice for each package of which the bundle has a module; an empty file where it has none. */
export function thirdPartyNotices(path) {
  return {
    name: 'peerlab-third-party-notices',
    writeBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
      writeFileSync(path, noticesOf(modules));
    },
  };
}

/** The notices of the packages that these modules are of, by name. @throws where a package says no licence */
export function noticesOf(modules) {
  const folders = new Set(modules.flatMap(module => folderOf(module) ?? []));
  const notices = [...folders].map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry));
    if (license === undefined && file === undefined) throw new Error(`${name} says no licence`);
    const text = file === undefined ? '' : `\n\n${readFileSync(join(folder, file), 'utf8').trim()}`;
    return [name, `${name} ${version} (${license ?? 'see below'})${text}\n`];
  });
  return notices
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, notice]) => notice)
    .join(`\n${'-'.repeat(78)}\n\n`);
}

/** The folder of the package of the registry that a module's file is in; undefined for one of this workspace. */
function folderOf(module) {
  const file = module.replace(/^\0/, '').replace(/\?.*$/, '');
  const at = file.lastIndexOf(`${sep}node_modules${sep}`);
  if (at === -1) return undefined;
  for (let folder = dirname(file); folder.length > at; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name !== undefined) return folder;
  }
  return undefined;
}
