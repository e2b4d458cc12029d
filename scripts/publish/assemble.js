// Assembles a published package in a folder of its own: bundle, declarations, files, manifest, README, LICENSE. What is in
// the folder is what is packed.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCode } from './bundle-code.js';
import { bundleTypes } from './bundle-types.js';
import { publishedManifest } from './published-manifest.js';
import { PUBLISHED } from './published-packages.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const readJson = file => JSON.parse(readFileSync(file, 'utf8'));

/**
 * @param name a key of PUBLISHED
 * @param folder is replaced
 * @param options.version in place of the manifest's
 * @param options.repository the address of the repository; undefined where there is none
 */
export async function assemble(name, folder, { version, repository } = {}) {
  const { entries, types, files } = PUBLISHED[name];
  const source = join(root, 'packages', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });

  const dependencies = await bundleCode(entries, join(folder, 'dist'));
  for (const needed of await bundleTypes(types, join(folder, 'dist'))) {
    if (!(needed in dependencies)) throw new Error(`the types of ${name} need ${needed}, which its code does not`);
  }
  for (const [from, to] of Object.entries(files)) {
    if (!existsSync(join(root, from))) throw new Error(`${from} is missing: run npm run build`);
    // What npm has installed into an example is no part of it.
    cpSync(join(root, from), join(folder, to), { recursive: true, filter: path => basename(path) !== 'node_modules' });
  }
  cpSync(join(source, 'README.md'), join(folder, 'README.md'));
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));

  const written = readJson(join(source, 'package.json'));
  const manifest = publishedManifest(version === undefined ? written : { ...written, version }, {
    dependencies,
    entries: Object.keys(types),
    schemas: Object.values(files).includes('schema'),
    repository: repository === undefined ? undefined : { url: repository, directory: `packages/${name}` },
  });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}
