/**
 * The overlay between engines beside one engine's bridge: seconds until peers run, round trips, rate. By turns, on engines of scripts/docker-engines.sh,
 * each in a network namespace of this machine: what a real network adds comes on top.
 * `node bench/engines/run.js [--peers 12] [--runs 3] [--json]`, as root, after `npm run build`.
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createDockerDriver } from '../../packages/driver-docker/dist/index.js';
import { transferRate } from '../../packages/lab/dist/links/transfer-rate.js';
import { readOptions } from '../../scripts/read-options.js';
import { planOf } from '../up/floor.js';
import { roundTripMs } from './round-trip.js';

const { peers, runs, json } = readOptions('run.js [--peers N] [--runs N] [--json]', {
  peers: { type: 'number', default: 12 },
  runs: { type: 'number', default: 3 },
  json: { type: 'boolean', default: false },
});
const at = path => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const peerBundle = at('packages/node/dist/peer.mjs');
const set = `bench${process.pid}`;
const engines = words =>
  execFileSync(at('scripts/docker-engines.sh'), words, {
    encoding: 'utf8',
    env: { ...process.env, DOCKER_ENGINES_SET: set },
  });
const say = text => process.stderr.write(`${text}\n`);

/** Brings a lab up, measures what its peers have between them, and takes it down. */
async function measure(specs) {
  const driver = createDockerDriver({ peerBundle, version: 'bench', engines: specs });
  let began = 0;
  let ended = 0;
  const lab = await driver.up(planOf(peers), {
    signal: new AbortController().signal,
    report: ({ step, state }) => {
      if (step === 'peers' && state === 'started') began = performance.now();
      if (step === 'peers' && state === 'done') ended = performance.now();
    },
  });
  try {
    const [first] = lab.peers;
    const { exec } = lab.capabilities;
    const pairTo = async other => ({
      rttMs: await roundTripMs(exec, first, other),
      bytesPerS: await transferRate(exec, first, other),
    });
    const near = lab.peers.find(peer => peer !== first && peer.engine === first.engine);
    const far = lab.peers.find(peer => peer.engine !== first.engine);
    return {
      startMs: (ended - began) / peers,
      near: await pairTo(near),
      far: far === undefined ? undefined : await pairTo(far),
    };
  } finally {
    await lab.down();
  }
}

const results = { bridge: [], overlay: [] };
try {
  const specs = engines(['up', '3'])
    .trim()
    .split('\n')
    .map(line => /^(?<name>\w)=(?<endpoint>\S+) (?<address>\S+)$/.exec(line).groups);
  const words = specs.flatMap(({ name, endpoint }) => ['--engine', `${name}=${endpoint}`]);
  execFileSync(process.execPath, [at('packages/peerlab/bin/lab.js'), 'engines', 'join', '--yes', ...words]);
  // Images are brought before anything is measured.
  await measure(specs.slice(0, 1));
  await measure(specs);
  for (let run = 0; run < runs; run += 1) {
    results.bridge.push(await measure(specs.slice(0, 1)));
    results.overlay.push(await measure(specs));
    say(`run ${run + 1}: ${JSON.stringify({ bridge: results.bridge.at(-1), overlay: results.overlay.at(-1) })}`);
  }
} finally {
  engines(['down']);
}

const rows = [
  ['bridge of one engine', results.bridge, 'near'],
  ['overlay, on one engine', results.overlay, 'near'],
  ['overlay, between engines', results.overlay, 'far'],
].map(([network, of, pair]) => ({
  network,
  // Other work on the machine makes all of it worse, and nothing makes it better.
  startMs: Math.min(...of.map(({ startMs }) => startMs)),
  rttMs: Math.min(...of.map(result => result[pair].rttMs)),
  bytesPerS: Math.max(...of.map(result => result[pair].bytesPerS)),
}));
if (json) console.log(JSON.stringify({ peers, runs, rows }, undefined, 2));
else {
  console.log('| network | start of a peer | round trip | rate |\n|---|---:|---:|---:|');
  for (const { network, startMs, rttMs, bytesPerS } of rows) {
    console.log(
      `| ${network} | ${startMs.toFixed(0)} ms | ${rttMs.toFixed(2)} ms | ${(bytesPerS / 1e6).toFixed(0)} MB/s |`,
    );
  }
  const engine = 'three engines in network namespaces of one machine';
  console.log(
    `\nBest of ${runs} runs by turns, ${peers} peers, ${engine}: ${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}.`,
  );
}
