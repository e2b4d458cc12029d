// Keeps the table of packages in docs/ARCHITECTURE.md true: a row for every package, in an order in which each depends on
// rows above it alone, with the dependencies of its manifest, its lines of source (tests aside), and the seconds of its unit
// tests, taken from a report of vitest: --times FILE. Purposes are written there, by hand.
// With --check it changes nothing, and fails where the table is out of date, or one package holds over a sixth of the code.
// Seconds are not checked; lines may be off by a tenth, or else every commit would have to touch the table.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOptions } from './read-options.js';

const LARGEST_SHARE = 1 / 6;
const TOLERANCE = 0.1;
const START = '<!-- packages -->\n';
const END = '<!-- /packages -->';
const HEAD = `| package | purpose | depends on | lines | unit tests, s |\n|---|---|---|--:|--:|\n`;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, 'docs/ARCHITECTURE.md');
const values = readOptions('package-table.js [--check] [--times FILE]', {
  check: { type: 'boolean', default: false },
  times: { type: 'string' },
});
const text = readFileSync(page, 'utf8');
const [before, rest] = text.split(START);
const [table, after] = rest.split(END);
/** What the page says of each package: purpose, lines and seconds are taken from there, or measured against it. */
const written = new Map(
  [...table.matchAll(/^\| `([\w-]+)` \|(.*)\|$/gm)].map(([, name, cells]) => {
    const [purpose, , lines = '', seconds = ''] = cells.split(' | ').map(cell => cell.trim());
    return [name, { purpose, lines: Number(lines.replace(',', '')), seconds }];
  }),
);

const packages = new Map();
for (const name of readdirSync(join(root, 'packages'))) {
  const manifest = readManifest(name);
  if (manifest === undefined) continue;
  const names = Object.keys(manifest.dependencies ?? {}).filter(other => /^(@peerlab\/|peerlab$)/.test(other));
  packages.set(name, {
    dependencies: names.map(other => other.replace('@peerlab/', '')).sort(),
    lines: linesOf(join(root, 'packages', name, 'src')),
  });
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

/** Lines of source in a folder and below, without tests. */
function linesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.(tsx?|css)$/.test(entry.name) && !entry.name.endsWith('.test.ts'))
    .map(entry => readFileSync(join(entry.parentPath ?? entry.path, entry.name), 'utf8').split('\n').length - 1)
    .reduce((sum, lines) => sum + lines, 0);
}

const height = new Map();
/** How many layers of packages lie below this one. */
function heightOf(name) {
  if (!height.has(name)) height.set(name, 1 + Math.max(-1, ...(packages.get(name)?.dependencies ?? []).map(heightOf)));
  return height.get(name);
}

/** Seconds of the unit tests of each package, summed over its files. */
const seconds = new Map();
if (values.times !== undefined) {
  for (const { name, startTime, endTime } of JSON.parse(readFileSync(values.times, 'utf8')).testResults) {
    const [, owner] = /packages\/([\w-]+)\//.exec(name) ?? [];
    if (/(?<!\.(local|long|tools|containers|programs|page))\.test\.ts$/.test(name) && owner !== undefined) {
      seconds.set(owner, (seconds.get(owner) ?? 0) + (endTime - startTime) / 1000);
    }
  }
}

const complaints = [];
const total = [...packages.values()].reduce((sum, { lines }) => sum + lines, 0);
const rows = [...packages.keys()]
  .sort((a, b) => heightOf(a) - heightOf(b) || (a < b ? -1 : 1))
  .map(name => {
    const { dependencies, lines } = packages.get(name);
    const old = written.get(name);
    if ((old?.purpose ?? 'TODO') === 'TODO') complaints.push(`write the purpose of the package ${name}`);
    if (lines > total * LARGEST_SHARE)
      complaints.push(`${name} holds ${lines} of ${total} lines, over a sixth: split it`);
    const isNear = Math.abs((old?.lines ?? 0) - lines) <= Math.max(100, lines * TOLERANCE);
    const shown = values.check && isNear ? old.lines : lines;
    const measured = values.times === undefined ? old?.seconds : (seconds.get(name)?.toFixed(1) ?? '');
    const cells = [old?.purpose ?? 'TODO', dependencies.join(', '), shown.toLocaleString('en'), measured ?? ''];
    return `| \`${name}\` | ${cells.join(' | ')} |`;
  });
const wanted = `${before}${START}${HEAD}${rows.join('\n')}\n${END}${after}`;

if (!values.check) writeFileSync(page, wanted);
else if (wanted !== text) complaints.push('the table of packages is out of date: node scripts/package-table.js');
for (const complaint of complaints) console.error(`docs/ARCHITECTURE.md: ${complaint}`);
if (complaints.length > 0) process.exitCode = 1;
