// Bundles a published package: the workspace's own code goes in, packages of the registry stay imports.
import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The name of the package that a bare import names: `a/b` → `a`, `@a/b/c` → `@a/b`. */
export function packageOf(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Whether the import names a package of this workspace. */
export const isOwn = specifier => /^@peerlab\//.test(specifier) || packageOf(specifier) === 'peerlab';

/** Whether the import stays one in the bundle. */
export const isExternal = specifier => !/^[./]/.test(specifier) && !isOwn(specifier);

/**
 * Writes the entries, and the chunks that they share or load later, flat into `folder`.
 * @returns name → version of the registry's packages that the code imports
 */
export async function bundleCode(entries, folder) {
  const importers = new Map();
  const bundle = await rolldown({
    cwd: root,
    input: entries,
    platform: 'node',
    external: (specifier, importer) => {
      if (!isExternal(specifier)) return false;
      if (!isBuiltin(specifier)) importers.set(packageOf(specifier), importer);
      return true;
    },
    resolve: { conditionNames: ['@peerlab/published', 'import', 'node', 'default'] },
    transform: { target: 'node20.19' },
    logLevel: 'warn',
  });
  const { output } = await bundle.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    // Flat: modules find the package's other files from where they are.
    chunkFileNames: ({ name, moduleIds }) => `${name === 'dist' ? packageFolderOf(moduleIds) : name}-[hash].js`,
    comments: { annotation: true, jsdoc: false, legal: true },
  });
  await bundle.close();
  const names = registryPackagesOf(output);
  // Node's own `require`, of createRequire, is not an import that a bundler sees: there must be none.
  for (const { fileName, code = '' } of output) {
    if (/createRequire\(import\.meta\.url\)/.test(code)) throw new Error(`${fileName} requires what no bundler sees`);
  }
  return Object.fromEntries(names.map(name => [name, versionOf(name, importers.get(name))]));
}

/** A chunk around a package's index.js is called after the package, not after the folder `dist`. */
function packageFolderOf(moduleIds) {
  return /packages\/([^/]+)\/dist\//.exec(moduleIds.at(-1) ?? '')?.[1] ?? 'shared';
}

/**
 * The names of the registry's packages that written files import, sorted. Chunks import each other by file name.
 * @throws where an import of this workspace is left: the bundler keeps what it cannot resolve, such as a package not built
 */
export function registryPackagesOf(output) {
  const files = new Set(output.map(({ fileName }) => fileName));
  const imported = output.flatMap(({ imports = [], dynamicImports = [] }) => [...imports, ...dynamicImports]);
  const left = imported.filter(name => !files.has(name) && isOwn(name));
  if (left.length > 0) throw new Error(`not bundled, is it built? ${[...new Set(left)].join(', ')}`);
  const foreign = imported.filter(name => !files.has(name) && isExternal(name) && !isBuiltin(name));
  return [...new Set(foreign.map(packageOf))].sort();
}

/** The version that the lockfile installed for the module that imports it. Manifests here pin, so it is the tested one. */
function versionOf(name, importer) {
  const paths = createRequire(importer ?? join(root, 'package.json')).resolve.paths(name) ?? [];
  for (const path of paths) {
    try {
      return JSON.parse(readFileSync(join(path, name, 'package.json'), 'utf8')).version;
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  throw new Error(`${importer} imports ${name}, which is not installed`);
}
