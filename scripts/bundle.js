// Bundles the programs that run as peers, each into one file: the project's own, packages/node/dist/peer.mjs, which the
// image holds, and the tests' saboteurs.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const saboteurs = join(root, 'packages/saboteurs');
const saboteurNames = readdirSync(join(saboteurs, 'src'))
  .map(file => file.replace(/\.ts$/, ''))
  .filter(name => name !== 'run' && name !== 'tampering-agent');

await build({
  entryPoints: {
    'packages/node/dist/peer': join(root, 'packages/node/dist/peer-main.js'),
    ...Object.fromEntries(
      saboteurNames.map(name => [`packages/saboteurs/dist/${name}`, join(saboteurs, 'dist', `${name}.js`)]),
    ),
  },
  outdir: root,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  keepNames: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  legalComments: 'none',
  logLevel: 'warning',
});
