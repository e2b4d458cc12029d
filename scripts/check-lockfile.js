// Fails when package-lock.json holds an entry that npm downloads without a hash to compare it with, or a package with an
// install script that package.json does not decide on (`allowScripts`).
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nameOf, withoutHash } from './lockfile-entries.js';
import { readOptions } from './read-options.js';

readOptions('check-lockfile.js', {});

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const { allowScripts = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const decided = new Set(Object.keys(allowScripts).map(key => key.replace(/(?<=.)@.*$/, '')));
const problems = [
  ...withoutHash(packages).map(path => `${path} has no hash: run npm run lockfile`),
  ...Object.entries(packages)
    .filter(([path, entry]) => entry.hasInstallScript && !decided.has(nameOf(path, entry)))
    .map(
      ([path, entry]) =>
        `${path} runs an install script: decide in package.json, allowScripts["${nameOf(path, entry)}"]`,
    ),
];

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`package-lock.json: ${Object.keys(packages).length} entries, each with a hash where npm downloads it`);
