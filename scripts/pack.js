// npm run pack [-- --out FOLDER]: tarballs of what is published, from the current build, into FOLDER (default: out).
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packAll } from './publish/pack-all.js';
import { repositoryOf } from './publish/repository.js';
import { readOptions } from './read-options.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const values = readOptions('pack.js [--out FOLDER]', { out: { type: 'string', default: join(root, 'out') } });

try {
  await packAll(resolve(values.out), { repository: await repositoryOf(root) });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
