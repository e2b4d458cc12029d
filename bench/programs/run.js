/**
 * The same test of Serf three ways: Peerlab's YAML, a shell script with Docker alone, Compose with a script. Six peers find each
 * other and tell an event to all; one is killed and comes back; the network is cut in two and heals. Each way by turns, on the same
 * image: healthy, and with a peer that drops events on purpose. Lines, seconds, and what each says of it.
 * `node bench/programs/run.js [--runs 3] [--only peerlab,docker,compose] [--json]`, after `npm run build`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectEngine } from '../../packages/driver-docker/dist/connect.js';
import { ensurePackageImage } from '../../packages/driver-docker/dist/debian/package-image.js';
import { createEngine } from '../../packages/driver-docker/dist/engine.js';
import { engineFacts } from '../../packages/driver-docker/dist/engine-facts.js';
import { readOptions } from '../../scripts/read-options.js';
import { median } from '../up/floor.js';

/** The peer that drops the events that it receives. */
const DROPS = 'n3';
/** The image of the peers, and what it is made on. */
const SERF = 'peerlab-bench-serf';
const BASE = 'peerlab-bench-base';
/** What the scripts run beside Serf: `ip` cuts the network; `sh` and `grep` are of the wrapper that drops events. */
const PACKAGES = ['serf', 'iproute2', 'dash', 'grep'];

const here = path => fileURLToPath(new URL(path, import.meta.url));
const lab = here('../../packages/peerlab/bin/lab.js');
const folder = mkdtempSync(join(tmpdir(), 'bench-programs-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const CONTESTANTS = {
  peerlab: {
    title: 'Peerlab',
    files: ['serf.yaml'],
    run: drops => run(process.execPath, [lab, 'test', drops ? dropping() : here('serf.yaml'), '--driver', 'docker']),
  },
  docker: {
    title: 'shell, Docker alone',
    files: ['docker.sh'],
    run: drops => run(here('docker.sh'), [], drops ? { DROPS } : {}),
  },
  compose: {
    title: 'Compose and shell',
    files: ['compose.yaml', 'compose.sh'],
    run: drops => run(here('compose.sh'), [], { COMPOSE: compose(), ...(drops ? { DROPS } : {}) }),
  },
};

const USAGE = 'run.js [--runs N] [--only peerlab,docker,compose] [--json]';
const values = readOptions(USAGE, {
  runs: { type: 'number', default: 3 },
  only: { type: 'string', default: Object.keys(CONTESTANTS).join(',') },
  json: { type: 'boolean', default: false },
});
const names = values.only.split(',');
const unknown = names.find(name => !Object.hasOwn(CONTESTANTS, name));
if (unknown !== undefined) {
  console.error(`--only ${unknown}: not one of ${Object.keys(CONTESTANTS).join(', ')}\nusage: ${USAGE}`);
  process.exit(2);
}

const say = text => process.stderr.write(`${text}\n`);
await makeImage();
const results = names.map(name => ({ name, lines: linesOf(CONTESTANTS[name].files), healthyMs: [], dropsMs: [] }));
for (let round = 0; round < values.runs; round += 1) {
  for (const drops of [false, true]) {
    // Each is first in its turn.
    for (const result of [...results.slice(round % results.length), ...results.slice(0, round % results.length)]) {
      const { ms, status, text } = CONTESTANTS[result.name].run(drops);
      const what = `${result.name}, ${drops ? `${DROPS} drops events` : 'healthy'}, run ${round + 1}`;
      say(`${what}: ${(ms / 1000).toFixed(1)} s, exit status ${status}`);
      if (!drops && status !== 0) throw new Error(`${what} failed:\n${text}`);
      (drops ? result.dropsMs : result.healthyMs).push(ms);
      if (drops) Object.assign(result, { status, said: failureOf(text) });
      result.left = (result.left ?? 0) + leftovers();
    }
  }
}
report();
spawnSync('docker', ['image', 'rm', SERF, BASE]);

/** Runs a contestant to its end. @param {string} command @param {string[]} words @param {Record<string, string>} [env] */
function run(command, words, env = {}) {
  const began = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, words, {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', CI: '1', ...env },
  });
  if (error !== undefined) throw error;
  return { ms: performance.now() - began, status, text: `${stdout}${stderr}` };
}

/** serf.yaml with one peer that drops events: the peers by name, and a variable for one of them. */
function dropping() {
  const path = join(folder, 'serf.yaml');
  const drawn = 'topology: { peers: 6, links: own }';
  const peers = ['n0', 'n1', 'n2', 'n3', 'n4', 'n5'].map(name =>
    name === DROPS ? `${name}: { env: { DROP_EVENTS: '1' } }` : `${name}: {}`,
  );
  const text = readFileSync(here('serf.yaml'), 'utf8');
  if (!text.includes(drawn)) throw new Error(`serf.yaml has no ${drawn}`);
  writeFileSync(path, text.replace(drawn, `peers: { ${peers.join(', ')} }\nlinks: own`));
  return path;
}

/** How Compose is called here: the plugin, or Debian's docker-compose. */
function compose() {
  const isPlugin = spawnSync('docker', ['compose', 'version']).status === 0;
  return isPlugin ? 'docker compose' : 'docker-compose';
}

/** Lines that are not blank and not comments. @param {readonly string[]} files */
function linesOf(files) {
  const lines = files.flatMap(file => readFileSync(here(file), 'utf8').split('\n'));
  return lines.filter(line => line.trim() !== '' && !/^\s*#/.test(line)).length;
}

/** The lines that say what went wrong, and what comes right after the first of them. @param {string} text */
function failureOf(text) {
  const lines = text.split('\n').filter(line => line.trim() !== '');
  const first = lines.findIndex(line => line.includes('✖'));
  return first === -1 ? [] : lines.slice(first, first + 12);
}

/** Containers and networks that a contestant left behind. */
function leftovers() {
  const listed = [
    ['ps', '-aq', '--filter', 'name=bench-'],
    ['network', 'ls', '-q', '--filter', 'name=bench-'],
  ].map(words => spawnSync('docker', words, { encoding: 'utf8' }).stdout);
  return listed.join('').split('\n').filter(Boolean).length;
}

async function makeImage() {
  const engine = createEngine(connectEngine(), 60_000);
  const kind = { name: 'serf', packages: PACKAGES };
  const base = await ensurePackageImage(engine, await engineFacts(engine), kind);
  for (const words of [
    ['tag', base, BASE],
    ['build', '-q', '-t', SERF, here('image')],
  ]) {
    const { status, stderr } = spawnSync('docker', words, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`docker ${words.join(' ')}: ${stderr}`);
  }
}

function report() {
  const version = (command, words) => spawnSync(command, words, { encoding: 'utf8' }).stdout.trim();
  const machine = {
    cpus: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
    memoryGib: Number((totalmem() / 1024 ** 3).toFixed(1)),
    engine: version('docker', ['version', '--format', '{{.Server.Version}}']),
    compose: version(compose().split(' ')[0], [...compose().split(' ').slice(1), 'version', '--short']),
    serf: version('docker', ['run', '--rm', SERF, 'serf', 'version']).split('\n')[0],
    node: process.version,
  };
  if (values.json) {
    console.log(JSON.stringify({ machine, runs: values.runs, drops: DROPS, results }, null, 2));
    return;
  }
  const seconds = times => `${(median(times) / 1000).toFixed(1)} s`;
  console.log(`\n|  | lines | healthy | ${DROPS} drops events: exit status | after | left behind |`);
  console.log('|---|---:|---:|---:|---:|---:|');
  for (const { name, lines, healthyMs, dropsMs, status, left } of results) {
    console.log(
      `| ${CONTESTANTS[name].title} | ${lines} | ${seconds(healthyMs)} | ${status} | ${seconds(dropsMs)} | ${left} |`,
    );
  }
  for (const { name, said } of results) console.log(`\n${CONTESTANTS[name].title}:\n\n${said.join('\n')}`);
  const facts = Object.entries(machine).map(([key, value]) => `${key}: ${value}`);
  console.log(`\nMedian of ${values.runs} runs by turns. ${facts.join(', ')}`);
}
