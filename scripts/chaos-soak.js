// Breaks things around every verb, again and again, and looks whether the lab stays truthful and whole.
//
//   node scripts/chaos-soak.js [--driver local|docker] [--rounds 100] [--seed N] [--own-engine | --engines b=unix:///…,c=unix:///…]
//
// A round is a verb with arguments by chance and, during it, something that goes wrong: a signal to the command, a peer that is killed
// or frozen, another command on the same lab, the process that holds a local lab killed or frozen, a container removed; with
// --own-engine (as root) an engine of the soak's own that is restarted, killed or frozen; with --engines, which are one Swarm (docker-engines.sh), the
// lab spans them, and one of them is frozen. What happens, and at which line of output, follows from the seed;
// no clock decides. No command may hang, print a stack trace, blame a peer that nothing has hit, or fail while nothing is
// broken. Now and then the lab is repaired, and then it must be proven. In the end nothing may be left.
// Build first: npm run build.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseDisturbance } from './chaos-soak/disturbances.js';
import { problemsOf } from './chaos-soak/judge.js';
import { OwnEngine } from './chaos-soak/own-engine.js';
import { randomOf } from './chaos-soak/random.js';
import { runVerb } from './chaos-soak/run-verb.js';
import { chooseVerb, ENDLESS, isHarmless } from './chaos-soak/verbs.js';
import { readOptions } from './read-options.js';

const USAGE =
  'chaos-soak.js [--driver local|docker] [--rounds N] [--seed N] [--own-engine | --engines NAME=unix://PATH,…]';
const values = readOptions(USAGE, {
  driver: { type: 'string', default: 'local' },
  rounds: { type: 'number', default: 100 },
  seed: { type: 'number', default: Date.now() % 2 ** 31, min: 0 },
  'own-engine': { type: 'boolean', default: false },
  engines: { type: 'string', default: '' },
});
const { rounds, seed } = values;
const engines = new Map(values.engines.split(',').flatMap(word => (word === '' ? [] : [word.split('=')])));
const driver = engines.size > 0 ? 'docker' : values.driver;
if (!['local', 'docker'].includes(driver)) {
  console.error(`no driver ${driver}\nusage: ${USAGE}`);
  process.exit(2);
}

/** A repair, on average, after so many rounds. */
const ROUNDS_PER_REPAIR = 8;

const folder = mkdtempSync(join(tmpdir(), 'peerlab-chaos-'));
mkdirSync(join(folder, 'run'), { mode: 0o700 });
const ownEngine =
  driver === 'docker' && values['own-engine'] ? await OwnEngine.start(join(folder, 'engine')) : undefined;
const env = {
  ...process.env,
  NO_COLOR: '1',
  XDG_RUNTIME_DIR: join(folder, 'run'),
  ...(ownEngine === undefined ? {} : { DOCKER_HOST: ownEngine.host }),
  ...(engines.size === 0 ? {} : { PEERLAB_SETTINGS: settingsFile() }),
  ...(driver === 'local' ? { DOCKER_HOST: `unix://${join(folder, 'no-engine.sock')}` } : {}),
};
/** All verbs find the engines there, as a user's do. */
function settingsFile() {
  const file = join(folder, 'settings.yaml');
  writeFileSync(file, `engines:\n${[...engines].map(([name, endpoint]) => `  ${name}: ${endpoint}\n`).join('')}`);
  return file;
}

// Where remainsOf looks is decided when it is loaded.
Object.assign(process.env, env);
const { remainsOf } = await import('./kill-soak/remains.js');

const lab = `chaos-${process.pid}`;
const peers = ['n0', 'n1', 'n2', 'n3', 'n4', 'n5'];
const links = [...peers.map((peer, i) => [peer, peers[(i + 1) % peers.length]]), ['n0', 'n3'], ['n1', 'n4']];
const file = join(folder, 'chaos.yaml');
const drawn = `peers: [${peers.join(', ')}]\nlinks: [${links.map(link => `[${link.join(', ')}]`).join(', ')}]\n`;
writeFileSync(file, `name: ${lab}\n${drawn}`);
const steps = [
  'broadcast: n0',
  'fault: { partition: [[n0, n1]] }',
  'broadcast: n0',
  'heal:',
  'fault: { kill: n2 }',
  'heal:',
];
writeFileSync(
  join(folder, 'scenario.yaml'),
  `name: ${lab}\n${drawn}scenario:\n${steps.map(step => `  - ${step}\n`).join('')}`,
);

/** Where an engine is looked at by the docker command; undefined: as the environment says. */
const hosts = engines.size === 0 ? [undefined] : [...engines.values()];

const random = randomOf(seed);
const about = { lab, file, driver, folder, peers, links };
const failures = [];
const counts = new Map();
/** Peers that something has hit since the lab was last proven: from outside, or a command of the soak's. */
let touched = new Set();
let isQuiet = false;
const frozen = [];

function fail(round, what, run) {
  failures.push(`round ${round}: ${what}`);
  console.log(`  ✖ ${what}\n${`${run.stdout}${run.stderr}`.replaceAll(/^/gm, '    | ')}`);
}

async function must(round, words, statuses = [0]) {
  const run = await runVerb(words, env);
  if (!statuses.includes(run.status)) fail(round, `lab ${words.join(' ')} exited with ${run.status}`, run);
  return run;
}

/** Lifts everything, brings back what is missing, and proves the lab. */
async function repair(round) {
  for (const undo of frozen.splice(0)) undo();
  await must(round, ['up', file, '--name', lab, '--driver', driver, '--no-verify'], [0, 1]);
  await must(round, ['fault', 'heal', lab]);
  const { status } = await must(round, ['verify', lab]);
  touched = new Set();
  isQuiet = status === 0;
}

/** The peers that a command is to do something to: what it did to them may show, whatever became of the command. */
function hitBy([name, ...words]) {
  if (name === 'chaos') return peers;
  if (!['fault', 'link'].includes(name)) return [];
  return words.flatMap(word => word.split(/[:,]/)).filter(word => peers.includes(word));
}

async function playRound(round) {
  const verb = chooseVerb(random, about, round);
  let beside;
  const another = () => {
    beside = chooseVerb(random, about, `${round}-beside`);
    return ENDLESS.has(beside.name) ? ['inspect', lab] : beside.words;
  };
  const disturbance = chooseDisturbance(random, { lab, driver, env, engine: ownEngine, engines, another });
  // What runs until it is told to end is told so, whatever else goes wrong.
  const ends = ENDLESS.has(verb.name) && !['interrupt', 'terminate', 'kill the command'].includes(disturbance.name);
  const run = await runVerb(verb.words, env, {
    afterChunks: ENDLESS.has(verb.name) ? 1 : disturbance.afterChunks,
    break: async child => {
      await disturbance.break(child);
      if (ends) child.kill('SIGINT');
    },
  });
  frozen.push(disturbance.undo);
  for (const peer of disturbance.touched) touched.add(peer);
  for (const words of [verb.words, disturbance.beside()?.words ?? []]) {
    for (const peer of hitBy(words)) touched.add(peer);
  }
  const isAlone = disturbance.name === 'nothing';
  const isBesideHarmless = disturbance.name === 'at once' && (beside === undefined || isHarmless(beside.name));
  const wasQuiet = isQuiet && isHarmless(verb.name) && (isAlone || isBesideHarmless);
  isQuiet = wasQuiet;
  const runs = [
    [verb.words, run],
    ...(disturbance.beside() === undefined ? [] : [[disturbance.beside().words, disturbance.beside().run]]),
  ];
  const told = runs.map(
    ([words, { status, signal }]) => `lab ${words.join(' ').replaceAll(folder, '')} → ${status ?? signal}`,
  );
  console.log(`${round}/${rounds} ${told.join('; at once ')}${isAlone ? '' : `; ${disturbance.name}`}`);
  for (const [words, ended] of runs) {
    const wasKilled = disturbance.name === 'kill the command' && ended === run;
    const wasStopped = ['interrupt', 'terminate'].includes(disturbance.name) && ended === run;
    const problems = problemsOf(ended, { words, wasKilled, wasStopped, isQuiet: wasQuiet, touched });
    for (const problem of problems) fail(round, `lab ${words.join(' ')}: ${problem} (${disturbance.name})`, ended);
  }
  const row = `${verb.name}`;
  counts.set(row, (counts.get(row) ?? 0) + 1);
}

console.log(
  `seed ${seed}, driver ${driver}${ownEngine === undefined ? '' : ', an engine of its own'}${engines.size === 0 ? '' : `, engines ${[...engines.keys()].join(', ')}`}, ${rounds} rounds`,
);
try {
  await repair(0);
  for (let round = 1; round <= rounds; round++) {
    await playRound(round);
    if (random.below(ROUNDS_PER_REPAIR) === 0 || round === rounds) await repair(round);
  }
  await must('end', ['down', lab]);
  // Without an engine, what it may have is not known: that is told by the status.
  await must('end', ['prune', '--yes'], driver === 'local' ? [0, 3] : [0]);
  const left = (await Promise.all(hosts.map(async host => await remainsOf(lab, driver, host)))).flat();
  if (left.length > 0) fail('end', `left: ${left.join(', ')}`, { stdout: '', stderr: '' });
} finally {
  for (const undo of frozen.splice(0)) undo();
  await ownEngine?.dispose();
  rmSync(folder, { recursive: true, force: true });
}

console.log(
  `verbs: ${[...counts]
    .sort()
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')}`,
);
console.log(`${rounds} rounds, ${failures.length} problems; seed ${seed}`);
for (const failure of failures) console.log(failure);
process.exitCode = failures.length > 0 ? 1 : 0;
