// Keeps the table of packages in docs/ARCHITECTURE.md true: a row for every package, in an order in which each depends on
// rows above it alone, with the dependencies of its manifest. Purposes are written there, by hand. With --check it changes
// nothing, and fails when the table is out of date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, 'docs/ARCHITECTURE.md');
const text = readFileSync(page, 'utf8');
const START = '<!-- packages -->\n';
const [before, rest] = text.split(START);
const [table, after] = rest.split('<!-- /packages -->');
const purposes = new Map(
  [...table.matchAll(/^\| `([\w-]+)` \| (.*?) \|/gm)].map(([, name, purpose]) => [name, purpose]),
);

const dependencies = new Map();
for (const folder of readdirSync(join(root, 'packages'), { withFileTypes: true })) {
  const manifest = readManifest(folder.name);
  if (manifest === undefined) continue;
  const names = Object.keys(manifest.dependencies ?? {}).filter(name => /^(@peerlab\/|peerlab$)/.test(name));
  dependencies.set(folder.name, names.map(name => name.replace('@peerlab/', '')).sort());
}

/** Undefined for a folder that holds only what an older build left. */
function readManifest(folder) {
  try {
    return JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const height = new Map();
/** How many layers of packages lie below this one. */
function heightOf(name) {
  if (!height.has(name)) height.set(name, 1 + Math.max(-1, ...(dependencies.get(name) ?? []).map(heightOf)));
  return height.get(name);
}

const rows = [...dependencies.keys()]
  .sort((a, b) => heightOf(a) - heightOf(b) || (a < b ? -1 : 1))
  .map(name => `| \`${name}\` | ${purposes.get(name) ?? 'TODO'} | ${dependencies.get(name).join(', ')} |`);
const unnamed = [...dependencies.keys()].filter(name => (purposes.get(name) ?? 'TODO') === 'TODO');
const wanted = `${before}${START}| package | purpose | depends on |\n|---|---|---|\n${rows.join('\n')}\n<!-- /packages -->${after}`;

if (!process.argv.includes('--check')) writeFileSync(page, wanted);
else if (wanted !== text) {
  console.error('docs/ARCHITECTURE.md: the table of packages is out of date: node scripts/package-table.js');
  process.exitCode = 1;
}
for (const name of unnamed) {
  console.error(`docs/ARCHITECTURE.md: write the purpose of the package ${name}`);
  process.exitCode = 1;
}
