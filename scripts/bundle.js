// Bundles the programs that run as peers, each into one file: the project's own, packages/node/dist/peer.mjs, which the
// image holds, and the tests' saboteurs.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { readOptions } from './read-options.js';
import { thirdPartyNotices } from './third-party.js';

readOptions('bundle.js', {});

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const saboteurs = join(root, 'packages/saboteurs');
const saboteurNames = readdirSync(join(saboteurs, 'src'))
  .map(file => file.replace(/\.ts$/, ''))
  .filter(name => name !== 'run' && name !== 'tampering-agent');

const entries = {
  'packages/node/dist/peer': join(root, 'packages/node/dist/peer-main.js'),
  ...Object.fromEntries(
    saboteurNames.map(name => [`packages/saboteurs/dist/${name}`, join(saboteurs, 'dist', `${name}.js`)]),
  ),
};

// Each on its own: a program that runs as a peer is one file, which shares nothing with another.
await Promise.all(
  Object.entries(entries).map(([name, input]) =>
    build({
      input,
      plugins: [thirdPartyNotices(join(root, `${name}.licenses.txt`))],
      platform: 'node',
      transform: { target: 'node20.19' },
      output: {
        file: join(root, `${name}.mjs`),
        format: 'esm',
        minify: true,
        keepNames: true,
        comments: false,
        codeSplitting: false,
      },
      logLevel: 'warn',
    }),
  ),
);
