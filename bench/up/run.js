/**
 * Seconds for the `peers` step of `up` beside the raw floor: the same containers created and started through the
 * engine's API alone, with the best parallelism, nothing else. Both in one run, by turns, so that both meet the same
 * machine. `node bench/up/run.js [--peers 20,100] [--runs 5] [--bundle path] [--json]`, after `npm run build`.
 */
import { randomUUID } from 'node:crypto';
import { cpus, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { containerSpec } from '../../packages/orchestrator/dist/drivers/docker/container-spec.js';
import { createDockerDriver } from '../../packages/orchestrator/dist/drivers/docker/index.js';
import { withDefaults } from '../../packages/orchestrator/dist/drivers/docker/options.js';
import { ask, inParallel } from './engine.js';

/** What the floor tries, once, to find its best. */
const PARALLELISMS = [1, 2, 3, 4, 6, 8, 16];

const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: '20,100' },
    runs: { type: 'string', default: '5' },
    bundle: { type: 'string', default: fileURLToPath(new URL('../../packages/node/dist/peer.mjs', import.meta.url)) },
    json: { type: 'boolean', default: false },
  },
});
const sizes = values.peers.split(',').map(Number);
const runs = Number(values.runs);
const options = { peerBundle: values.bundle, version: 'bench' };
const driver = createDockerDriver(options);
const settings = withDefaults(options);

/** @param {number} count */
function planOf(count) {
  const peers = Array.from({ length: count }, (_, index) => ({
    index,
    name: `n${index}`,
    nodeId: randomUUID(),
    env: {},
  }));
  return { name: `bench-${process.pid}`, hash: 'bench', topology: '{}', ephemeral: false, peers };
}

/** The driver's `peers` step, in milliseconds. Also gives the image, which the floor uses. @param {number} count */
async function measureDriver(count) {
  let began = 0;
  let ended = 0;
  const lab = await driver.up(planOf(count), {
    signal: new AbortController().signal,
    report: ({ step, state }) => {
      if (step === 'peers' && state === 'started') began = performance.now();
      if (step === 'peers' && state === 'done') ended = performance.now();
    },
  });
  const container = await ask('GET', `/containers/${lab.peers[0].containerId}/json`);
  await lab.down();
  return { ms: ended - began, image: container.Config.Image };
}

/** Create and start, nothing else, in milliseconds. @param {number} count @param {number} limit @param {string} image */
async function measureFloor(count, limit, image) {
  const plan = { ...planOf(count), name: `floor-${process.pid}` };
  const network = `peerlab-${plan.name}`;
  const block = (process.pid % 16) * 16;
  const prefix = count > 253 ? 20 : 24;
  await ask('POST', '/networks/create', {
    Name: network,
    Internal: true,
    IPAM: { Config: [{ Subnet: `10.88.${block}.0/${prefix}` }] },
  });
  const facts = {
    lab: plan.name,
    hash: 'bench',
    version: 'bench',
    owner: '',
    ephemeral: false,
    createdAtMs: 0,
    run: '',
  };
  const ids = [];
  const began = performance.now();
  await inParallel(count, limit, async index => {
    const address = `10.88.${block + Math.floor((index + 2) / 256)}.${(index + 2) % 256}`;
    const wish = { plan, peer: plan.peers[index], facts, settings, network, address, image, entrypoint: undefined };
    const { name, ...body } = containerSpec(wish);
    const { Id } = await ask('POST', `/containers/create?name=${name}`, body);
    ids[index] = Id;
    await ask('POST', `/containers/${Id}/start`);
  });
  const ms = performance.now() - began;
  await inParallel(count, 8, index => ask('DELETE', `/containers/${ids[index]}?force=true&v=true`));
  await removeNetwork(network);
  return ms;
}

/** An engine may report a container as removed a moment before its endpoint is. @param {string} network */
async function removeNetwork(network) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask('DELETE', `/networks/${network}`);
    } catch (error) {
      if (attempt === 50) throw error;
      await pause(100);
    }
  }
}

/** @param {readonly number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const say = text => process.stderr.write(`${text}\n`);
const { image } = await measureDriver(2);
const trials = [];
for (const limit of PARALLELISMS) {
  const ms = median([await measureFloor(20, limit, image), await measureFloor(20, limit, image)]);
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
    if (run % 2 === 0) floor.push(await measureFloor(peers, best, image));
    driven.push((await measureDriver(peers)).ms);
    if (run % 2 === 1) floor.push(await measureFloor(peers, best, image));
    say(`${peers} peers, run ${run + 1}: floor ${floor.at(-1).toFixed(0)} ms, driver ${driven.at(-1).toFixed(0)} ms`);
  }
  results.push({ peers, floorMs: median(floor), driverMs: median(driven), ratio: median(driven) / median(floor) });
}

const engine = await ask('GET', '/version');
const machine = {
  cpus: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
  memoryGib: Number((totalmem() / 1024 ** 3).toFixed(1)),
  kernel: engine.KernelVersion,
  engine: engine.Version,
  node: process.version,
};
if (values.json) {
  console.log(JSON.stringify({ machine, runs, floorParallelism: best, trials, results }, null, 2));
} else {
  console.log(`\n| peers | floor (${best} at once) | driver's peers step | ratio |\n|---:|---:|---:|---:|`);
  for (const { peers, floorMs, driverMs, ratio } of results) {
    console.log(
      `| ${peers} | ${(floorMs / 1000).toFixed(2)} s | ${(driverMs / 1000).toFixed(2)} s | ${ratio.toFixed(2)} |`,
    );
  }
  console.log(
    `\nMedian of ${runs} runs by turns. ${Object.entries(machine)
      .map(([k, v]) => `${k}: ${v}`)
      .join(', ')}`,
  );
}
