// Runs tiers of the tests: `node scripts/test.js [TIER...] [arguments of vitest]`; without a tier, those that need
// nothing but Node. In a package's folder (`npm run test:unit -w packages/node`) it runs that package's tests alone.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What the tests of each tier need, cheapest first. vitest.config.ts says which files are whose. */
const NEEDS = {
  unit: 'nothing but Node, not even a build',
  local: 'nothing but Node: they start processes of this machine',
  long: 'nothing but Node, and some minutes: many peers, many random cases, every clause, every example',
  tools: 'Python 3, tshark and the npm registry',
  containers: 'a container engine',
  programs: 'a container engine, and packages of Debian and npm',
  page: 'Chromium',
};
const TIERS = Object.keys(NEEDS);
/** What `npm test` runs. */
const DEFAULT_TIERS = ['unit', 'local'];

const words = process.argv.slice(2);
const firstOption = words.findIndex(word => !['all', 'watch', ...TIERS].includes(word));
const named = firstOption === -1 ? words : words.slice(0, firstOption);
const options = firstOption === -1 ? [] : words.slice(firstOption);

if (named.includes('watch')) {
  process.exitCode = run('vitest', ['watch', '--project', 'unit', ...only(), ...options]);
} else {
  const tiers = named.includes('all') ? TIERS : named.length > 0 ? named : DEFAULT_TIERS;
  // Tests import the sources, but the processes that they start run what was built. Both are as fast as what changed.
  const isStale = tiers.some(tier => tier !== 'unit') && process.env.PEERLAB_BUILT === undefined;
  process.exitCode = (isStale ? run('npm', ['run', '--silent', 'build']) : 0) || test(tiers);
  if (named.length === 0) tellRest(TIERS.filter(tier => !tiers.includes(tier)));
}

/** Runs vitest over the tiers; gives its exit status. */
function test(tiers) {
  const projects = tiers.flatMap(tier => ['--project', tier]);
  return run('vitest', ['run', '--passWithNoTests', ...projects, ...only(), ...options]);
}

/** The filter for the package in whose folder this runs. */
function only() {
  const folder = relative(root, process.cwd());
  return folder === '' || folder.startsWith('..') ? [] : [`${folder.split(sep).join('/')}/`];
}

/** Says which tests did not run, and how to run them. */
function tellRest(tiers) {
  const scope = only().length > 0 ? ` -w ${relative(root, process.cwd())}` : '';
  console.log('\nNot run:');
  for (const tier of tiers) {
    const files = filesOf(tier).length;
    if (files > 0) console.log(`  ${`npm run test:${tier}${scope}`.padEnd(26)}  ${files} files; ${NEEDS[tier]}`);
  }
  console.log(`  ${`npm run test:all${scope}`.padEnd(26)}  everything`);
}

/** The files of a tier whose name says so, in this folder and below. */
function filesOf(tier) {
  return readdirSync(join(root, only()[0] ?? 'packages'), { recursive: true }).filter(
    file => file.endsWith(`.${tier}.test.ts`) && !file.includes('node_modules'),
  );
}

/** Runs a program of the workspace at its root, on this terminal; gives its exit status. */
function run(program, args) {
  const path = `${join(root, 'node_modules/.bin')}:${process.env.PATH}`;
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  if (error !== undefined) throw error;
  return status ?? 1;
}
