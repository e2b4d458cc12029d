// Rolls the type declarations of a published package up into one file each, from what the compiler wrote for the workspace.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { isExternal, registryPackagesOf } from './bundle-code.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Writes `<entry>.d.ts` files into `folder`.
 * @returns the names of the registry's packages whose types the declarations use
 */
export async function bundleTypes(entries, folder) {
  const bundle = await rolldown({
    cwd: root,
    input: entries,
    external: isExternal,
    // The declarations are there already: no compiler is needed, and none is loaded.
    plugins: [dts({ dtsInput: true, oxc: true, tsconfig: false, sourcemap: false, resolve: [/^@peerlab\//] })],
    logLevel: 'warn',
  });
  const { output } = await bundle.write({ dir: folder, format: 'es' });
  await bundle.close();
  return registryPackagesOf(output);
}
