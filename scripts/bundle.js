// Bundles the programs that are started often, each into one file, which starts faster: the project's own peer,
// packages/node/dist/peer.mjs, which the image holds, the keeper of local labs, and the tests' saboteurs.
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
  'packages/driver-local/dist/keeper': join(root, 'packages/driver-local/dist/keeper-main.js'),
  ...Object.fromEntries(
    saboteurNames.map(name => [`packages/saboteurs/dist/${name}`, join(saboteurs, 'dist', `${name}.js`)]),
  ),
};

// Each on its own: such a program is one file, which shares nothing with another.
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
