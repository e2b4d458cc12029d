// Starts one lab from two processes at the same moment, again and again. In the end there must be exactly that lab, whole and
// proven; nobody may have failed but by being told that the name is taken (exit code 2). Every fifth pair wants two topologies
// of one name, and in every seventh one of the two is killed by SIGKILL.
//
//   node scripts/up-pairs.js [--driver local|docker] [--times 50] [--topology topologies/line-5.yaml] [--seed 1]
//
// Ends with status 1 after any failure. Build first: npm run build.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomOf } from './chaos-soak/random.js';
import { mustRun, runLab } from './kill-soak/command.js';
import { remainsOf } from './kill-soak/remains.js';
import { readOptions } from './read-options.js';

const USAGE = 'up-pairs.js [--driver local|docker] [--times N] [--topology FILE] [--seed N]';
const { driver, topology, times, seed } = readOptions(USAGE, {
  driver: { type: 'string', default: 'local' },
  times: { type: 'number', default: 50 },
  topology: { type: 'string', default: 'topologies/line-5.yaml' },
  seed: { type: 'number', default: 1, min: 0 },
});
if (!['local', 'docker'].includes(driver)) {
  console.error(`usage: ${USAGE}`);
  process.exit(2);
}
const random = randomOf(seed);
const folder = mkdtempSync(join(tmpdir(), 'up-pairs-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
const other = join(folder, 'other.yaml');
writeFileSync(other, 'peers: [a, b]\nlinks: [[a, b]]\n');

/** Up to when one of the two may be killed, in milliseconds: about as long as both take. */
const KILLED_WITHIN_MS = driver === 'local' ? 3000 : 8000;

/** One pair. @returns what is wrong with its end, if anything */
async function pair(kind, lab) {
  const up = (file, kill) => runLab(['up', file, '--name', lab, '--driver', driver], kill);
  const kill = kind === 'killed' ? { afterMs: random.below(KILLED_WITHIN_MS), signal: 'SIGKILL' } : undefined;
  const both = await Promise.all([up(topology), up(kind === 'different' ? other : topology, kill)]);
  const said = both.map(({ status, signal, output }) => `--- ${status ?? signal}\n${output}`).join('\n');
  const statuses = both.map(({ status }) => status);
  const isRight =
    kind === 'different'
      ? [...statuses].sort().join() === '0,2'
      : statuses[0] === 0 && (statuses[1] === 0 || both[1].signal === 'SIGKILL');
  const problems = isRight ? [] : ['wrong exit codes'];
  if (/Conflict|stack|at .*\.js:\d+/.test(said)) problems.push('a raw error');
  const { labs } = JSON.parse((await mustRun(['ls', '-f', 'json'])).output.replace(/^[^{]*/, ''));
  const found = labs.filter(({ name }) => name === lab);
  if (found.length !== 1) problems.push(`${found.length} labs in the end`);
  else if (found[0].running !== found[0].peers) problems.push(`${found[0].running} of ${found[0].peers} peers run`);
  const proof = await runLab(['verify', lab]);
  if (proof.status !== 0) problems.push(`not proven:\n${proof.output}`);
  await runLab(['down', lab]);
  const left = await remainsOf(lab, driver);
  if (left.length > 0) problems.push(`left after down: ${left.join(', ')}`);
  return problems.length === 0 ? undefined : `${problems.join('; ')}\n${said}`;
}

const counts = new Map();
let failures = 0;
for (let n = 1; n <= times; n++) {
  const kind = n % 7 === 0 ? 'killed' : n % 5 === 0 ? 'different' : 'same';
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const problem = await pair(kind, `pair-${process.pid}-${n}`);
  if (problem === undefined) continue;
  failures += 1;
  console.error(`pair ${n} (${kind}), seed ${seed}: ${problem}`);
}
const kinds = [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
console.log(`${driver}: ${times - failures} of ${times} pairs ended with exactly one lab, proven (${kinds})`);
process.exitCode = failures > 0 ? 1 : 0;
