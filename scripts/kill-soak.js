// Kills `lab` at random moments, and looks for what is left.
//
//   node scripts/kill-soak.js [--driver local] [--times 100] [--seed N] [--topology topologies/line-5.yaml] [--phase up]…
//
// Each time one command is killed by SIGINT, SIGTERM or SIGKILL. SIGINT and SIGTERM of `up` leave nothing, `verify` leaves
// the lab as it was, a throw-away lab goes in any case. What a SIGKILL of `up` or `down` may leave of a lab that stays is
// told apart: removed by `lab prune`, or whole, and then removed by `lab down`. The same seed gives the same choices; the
// moments are parts of the time that a command took when it was left in peace. A command that was faster than its signal
// does not count. Build first: npm run build.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from '@peerlab/timers';
import { mustRun, runLab } from './kill-soak/command.js';
import { isOf, remainsOf } from './kill-soak/remains.js';
import { readOptions } from './read-options.js';

const USAGE = 'kill-soak.js [--driver local|docker] [--times N] [--seed N] [--topology FILE] [--phase NAME]…';
const values = readOptions(USAGE, {
  driver: { type: 'string', default: 'local' },
  times: { type: 'number', default: 100 },
  seed: { type: 'number', default: Date.now() % 2 ** 31, min: 0 },
  topology: { type: 'string', default: 'topologies/line-5.yaml' },
  phase: { type: 'string', multiple: true },
});
const { driver, topology, times, seed } = values;
if (!['local', 'docker'].includes(driver)) {
  console.error(`no driver ${driver}\nusage: ${USAGE}`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'peerlab-kill-soak-'));
process.on('exit', () => rmSync(folder, { recursive: true }));

/** What may be killed. `before`: the lab is brought up first. `after`: what must be there after a kill. */
const PHASES = [
  { name: 'up', words: lab => ['up', topology, '--name', lab, '--driver', driver], before: false, stays: true },
  { name: 'verify', words: lab => ['verify', lab], before: true, stays: true },
  { name: 'down', words: lab => ['down', lab], before: true, stays: true },
  {
    name: 'compare',
    words: () => [
      'compare',
      topology,
      '--driver',
      driver,
      '--vary',
      'env.SOAK=1,2',
      '--runs',
      '1',
      '--broadcasts',
      '200',
    ],
    before: false,
    stays: false,
    labOf: ({ pid }) => `compare-${pid}`,
  },
  {
    name: 'test',
    words: lab => ['test', scenarioFile(lab), '--driver', driver],
    before: false,
    stays: false,
  },
].filter(({ name }) => values.phase === undefined || values.phase.includes(name));
/** A file with a scenario whose labs have this name, with some letters of the command's own after it. */
function scenarioFile(lab) {
  const file = join(folder, `${lab}.yaml`);
  const steps = [
    '- broadcast: n0',
    '- fault: { partition: [[n0, n1]] }',
    '- broadcast: n0',
    '- heal:',
    '- fault: { kill: n2 }',
    '- broadcast: n1',
    '- heal:',
  ];
  writeFileSync(file, `name: ${lab}\ntopology: { generator: ring, peers: 5 }\nscenario:\n  ${steps.join('\n  ')}\n`);
  return file;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'];

/** How long what goes by itself may take, in milliseconds: a peer leaves within 3 s, an engine is slower. */
const GONE_MS = 30_000;
const LOOK_AGAIN_MS = 50;

/** mulberry32: small, seeded, good enough to choose moments. */
let state = seed >>> 0;
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

/** Waits until nothing is left. @returns what is left after the bound */
async function untilGone(lab, timeoutMs) {
  const giveUpMs = performance.now() + timeoutMs;
  for (;;) {
    const left = await remainsOf(lab, driver);
    if (left.length === 0 || performance.now() > giveUpMs) return left;
    await pause(LOOK_AGAIN_MS);
  }
}

async function isListed(lab) {
  const { output } = await runLab(['ls']);
  return output.split('\n').some(line => isOf(lab, line.split(' ')[0]));
}

/** Removes by `lab prune` the leftovers of this lab only. @returns how many things */
async function prune(lab) {
  const { leftovers } = JSON.parse((await mustRun(['prune', '--dry-run', '-f', 'json'])).output.replace(/^[^{]*/, ''));
  const others = leftovers.filter(other => !isOf(lab, other.lab));
  if (others.length > 0) throw new Error(`lab prune would remove what is not of ${lab}: ${JSON.stringify(others)}`);
  if (leftovers.length === 0) return 0;
  await mustRun(['prune', '--yes']);
  return leftovers.length;
}

/** One kill, and how it ended. */
async function once(phase, signal, lab, afterMs) {
  if (phase.before) await mustRun(['up', topology, '--name', lab, '--driver', driver, '--no-verify']);
  const run = await runLab(phase.words(lab), { afterMs, signal });
  return { reached: run.reached, ...(await judged(phase, signal, lab, run)) };
}

/** What became of the lab, in one word, and what went wrong, if anything. */
async function judged(phase, signal, lab, run) {
  const name = phase.labOf?.(run) ?? lab;
  // A `down` that was cancelled before it began leaves the lab whole.
  const mayStay = !run.reached || (phase.stays && (signal === 'SIGKILL' || phase.name === 'down'));
  const problem = (what, left) => ({ outcome: 'failed', problem: `${what}: ${left.join(', ')}\n${run.output}` });
  if (phase.name === 'verify') {
    const inspected = await runLab(['inspect', name]);
    if (inspected.status !== 0) return problem('the lab is not as it was', [inspected.output]);
    await mustRun(['down', name]);
    const left = await untilGone(name, GONE_MS);
    return left.length > 0 ? problem('left after down', left) : { outcome: 'unharmed' };
  }
  if (!mayStay && phase.stays) {
    // A clean end leaves nothing at the very moment that the command ends; but `up` may just have been done.
    const left = await remainsOf(name, driver);
    if (left.length > 0 && run.status !== 0) return problem(`left by ${signal}`, left);
  }
  if (!phase.stays && driver === 'local') {
    const left = await untilGone(name, GONE_MS);
    return left.length > 0 ? problem('left of a throw-away lab', left) : { outcome: outcomeOf(run) };
  }
  // What goes by itself is given its time, unless the lab is there to stay.
  const isThere = run.status === 0 && phase.name === 'up';
  if (isThere) await mustRun(['down', name]);
  const soon = await untilGone(name, mayStay ? 2000 : GONE_MS);
  if (soon.length === 0) return { outcome: outcomeOf(run) };
  if (!mayStay && !(phase.name === 'compare' && soon.every(thing => thing.startsWith('network')))) {
    return problem(`left by ${signal}`, soon);
  }
  const pruned = await prune(name);
  if (pruned > 0 && signal !== 'SIGKILL') return problem(`half removed by ${signal}`, soon);
  if (pruned > 0) {
    const left = await untilGone(name, GONE_MS);
    return left.length > 0 ? problem('left after prune', left) : { outcome: 'pruned' };
  }
  if (!(await isListed(name))) return problem('neither pruned nor listed', soon);
  await mustRun(['down', name]);
  const left = await untilGone(name, GONE_MS);
  return left.length > 0 ? problem('left after down', left) : { outcome: 'whole' };
}

function outcomeOf({ reached, status }) {
  return !reached ? 'too late' : status === 0 ? 'done' : 'gone';
}

/** How long each command takes in peace, in milliseconds: the shorter of two times, since the machine may be busy. */
async function durations() {
  const found = {};
  for (const phase of [...PHASES, ...PHASES]) {
    const lab = `soak-${process.pid}-${phase.name}`;
    if (phase.before) await mustRun(['up', topology, '--name', lab, '--driver', driver, '--no-verify']);
    const run = await mustRun(phase.words(lab));
    found[phase.name] = Math.min(run.timeMs, found[phase.name] ?? Number.POSITIVE_INFINITY);
    if (phase.stays && phase.name !== 'down') await mustRun(['down', lab]);
  }
  return found;
}

const whole = await durations();
const inPeace = Object.entries(whole).map(([name, ms]) => `${name} ${(ms / 1000).toFixed(1)} s`);
console.log(`seed ${seed}, driver ${driver}, ${topology}; in peace: ${inPeace.join(', ')}`);
const counts = new Map();
const failures = [];
for (let n = 1, kills = 0; kills < times; n++) {
  const phase = PHASES[Math.floor(random() * PHASES.length)];
  const signal = SIGNALS[Math.floor(random() * SIGNALS.length)];
  const fraction = random();
  const afterMs = whole[phase.name] * fraction;
  const result = await once(phase, signal, `soak-${process.pid}-${n}`, afterMs);
  if (result.reached || result.problem !== undefined) kills += 1;
  const key = `${phase.name} ${signal}`;
  const row = counts.get(key) ?? {};
  row[result.outcome] = (row[result.outcome] ?? 0) + 1;
  counts.set(key, row);
  console.log(
    `${kills}/${times} ${key} at ${(100 * fraction).toFixed(0)} % (${Math.round(afterMs)} ms): ${result.outcome}`,
  );
  if (result.problem !== undefined) {
    failures.push(`${kills}: ${key} after ${Math.round(afterMs)} ms: ${result.problem}`);
    console.log(result.problem);
  }
}

const OUTCOMES = ['gone', 'unharmed', 'done', 'pruned', 'whole', 'failed', 'too late'];
console.log(`\n| killed | times | ${OUTCOMES.join(' | ')} |\n|---|---|${OUTCOMES.map(() => '---|').join('')}`);
for (const [key, row] of [...counts].sort()) {
  const cells = OUTCOMES.map(outcome => row[outcome] ?? 0);
  console.log(`| ${key} | ${cells.reduce((a, b) => a + b)} | ${cells.join(' | ')} |`);
}
console.log(`
gone: nothing was left; unharmed: the lab was as before; done: the command went on to its end; pruned: lab prune removed
what a SIGKILL had left of a lab that stays; whole: that lab was complete, and lab down removed it; too late: not counted`);
if (failures.length > 0)
  console.error(`\n${failures.length} of ${times} failed, seed ${seed}:\n${failures.join('\n')}`);
process.exitCode = failures.length > 0 ? 1 : 0;
