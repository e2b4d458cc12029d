/**
 * Seconds for the `peers` step of `up` beside the raw floor: the same containers created and started through the
 * engine's API alone, with the best parallelism, nothing else. And seconds of `lab test topologies/ring-20.yaml`, proofs
 * and start of the command included, beside the floor from nothing to nothing. All in one run, by turns, so that they meet
 * the same machine. `node bench/up/run.js [--peers 20,100] [--runs 5] [--bundle path] [--json]`, after `npm run build`.
 */
import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createDockerDriver } from '../../packages/driver-docker/dist/index.js';
import { readOptions } from '../../scripts/read-options.js';
import { ask } from './engine.js';
import { measureFloor, median, planOf } from './floor.js';

/** What the floor tries, once, to find its best. */
const PARALLELISMS = [1, 2, 3, 4, 6, 8, 16];

const values = readOptions('run.js [--peers 20,100] [--runs N] [--bundle FILE] [--json]', {
  peers: { type: 'string', default: '20,100' },
  runs: { type: 'number', default: 5 },
  bundle: { type: 'string', default: fileURLToPath(new URL('../../packages/node/dist/peer.mjs', import.meta.url)) },
  json: { type: 'boolean', default: false },
});
const sizes = values.peers.split(',').map(text => (/^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN));
if (sizes.some(Number.isNaN)) throw new Error(`--peers ${values.peers}: not whole numbers from 1, with commas`);
const { runs } = values;
const options = { peerBundle: values.bundle, version: 'bench' };
const driver = createDockerDriver(options);
const lab = fileURLToPath(new URL('../../packages/peerlab/bin/lab.js', import.meta.url));
const ring = fileURLToPath(new URL('../../topologies/ring-20.yaml', import.meta.url));

/** The driver's `peers` step, in milliseconds. Also gives the image, which the floor uses. @param {number} count */
async function measureDriver(count) {
  let began = 0;
  let ended = 0;
  const made = await driver.up(planOf(count), {
    signal: new AbortController().signal,
    report: ({ step, state }) => {
      if (step === 'peers' && state === 'started') began = performance.now();
      if (step === 'peers' && state === 'done') ended = performance.now();
    },
  });
  const container = await ask('GET', `/containers/${made.peers[0].containerId}/json`);
  await made.down();
  return { ms: ended - began, image: container.Config.Image };
}

/** `lab test` of the ring of 20, from nothing to nothing, in milliseconds. */
function measureTest() {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [lab, 'test', ring, '--driver', 'docker'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`lab test ended with ${status}: ${stderr}`);
  return performance.now() - began;
}

const say = text => process.stderr.write(`${text}\n`);
const { image } = await measureDriver(2);
const floorOf = (peers, limit) => measureFloor(peers, limit, image, options);
const trials = [];
for (const limit of PARALLELISMS) {
  const ms = median([await floorOf(20, limit), await floorOf(20, limit)].map(({ startMs }) => startMs));
  trials.push({ limit, ms });
  say(`floor, 20 containers, ${limit} at once: ${ms.toFixed(0)} ms`);
}
const best = trials.reduce((a, b) => (b.ms < a.ms ? b : a)).limit;

const results = [];
for (const peers of sizes) {
  const floor = [];
  const driven = [];
  for (let run = 0; run < runs; run += 1) {
    // By turns, and each first in every other run.
    if (run % 2 === 0) floor.push((await floorOf(peers, best)).startMs);
    driven.push((await measureDriver(peers)).ms);
    if (run % 2 === 1) floor.push((await floorOf(peers, best)).startMs);
    say(`${peers} peers, run ${run + 1}: floor ${floor.at(-1).toFixed(0)} ms, driver ${driven.at(-1).toFixed(0)} ms`);
  }
  results.push({ peers, floorMs: median(floor), driverMs: median(driven), ratio: median(driven) / median(floor) });
}

const whole = { floor: [], test: [] };
for (let run = 0; run < runs; run += 1) {
  if (run % 2 === 0) whole.floor.push((await floorOf(20, best)).wholeMs);
  whole.test.push(measureTest());
  if (run % 2 === 1) whole.floor.push((await floorOf(20, best)).wholeMs);
  say(
    `ring-20, run ${run + 1}: floor ${whole.floor.at(-1).toFixed(0)} ms, lab test ${whole.test.at(-1).toFixed(0)} ms`,
  );
}
const nothingToNothing = {
  floorMs: median(whole.floor),
  testMs: median(whole.test),
  ratio: median(whole.test) / median(whole.floor),
};

const engine = await ask('GET', '/version');
const machine = {
  cpus: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
  memoryGib: Number((totalmem() / 1024 ** 3).toFixed(1)),
  kernel: engine.KernelVersion,
  engine: engine.Version,
  node: process.version,
};
if (values.json) {
  console.log(JSON.stringify({ machine, runs, floorParallelism: best, trials, results, nothingToNothing }, null, 2));
} else {
  console.log(`\n| peers | floor (${best} at once) | driver's peers step | ratio |\n|---:|---:|---:|---:|`);
  for (const { peers, floorMs, driverMs, ratio } of results) {
    console.log(
      `| ${peers} | ${(floorMs / 1000).toFixed(2)} s | ${(driverMs / 1000).toFixed(2)} s | ${ratio.toFixed(2)} |`,
    );
  }
  const { floorMs, testMs, ratio } = nothingToNothing;
  console.log(
    `\n\`lab test topologies/ring-20.yaml\`, from nothing to nothing: ${(testMs / 1000).toFixed(2)} s; floor ${(floorMs / 1000).toFixed(2)} s; ratio ${ratio.toFixed(2)}`,
  );
  console.log(
    `\nMedian of ${runs} runs by turns. ${Object.entries(machine)
      .map(([k, v]) => `${k}: ${v}`)
      .join(', ')}`,
  );
}
