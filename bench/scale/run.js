/**
 * Seconds from nothing to proven to nothing for labs whose peers share containers: `lab up --pack auto` of a random graph with four
 * links a peer, and `lab down`. And what it takes: memory of the containers once all is proven, and of `lab` itself at its most. All
 * sizes by turns. `node bench/scale/run.js [--peers 1000,10000] [--runs 3] [--security open|sealed] [--json]`, after `npm run build`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTicker } from '../../packages/timers/dist/index.js';
import { readOptions } from '../../scripts/read-options.js';
import { ask } from '../up/engine.js';
import { median } from '../up/floor.js';

/** Between two looks at the memory of `lab`, in milliseconds. */
const LOOK_MS = 100;
const MEBIBYTE = 1024 ** 2;

const values = readOptions('run.js [--peers 1000,10000] [--runs N] [--pack N|auto] [--security open|sealed] [--json]', {
  peers: { type: 'string', default: '1000,10000' },
  runs: { type: 'number', default: 3 },
  pack: { type: 'string', default: 'auto' },
  security: { type: 'string', default: 'open' },
  json: { type: 'boolean', default: false },
});
const sizes = values.peers.split(',').map(text => (/^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN));
if (sizes.some(Number.isNaN)) throw new Error(`--peers ${values.peers}: not whole numbers from 1, with commas`);
const command = fileURLToPath(new URL('../../packages/peerlab/bin/lab.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bench-scale-'));
const say = text => process.stderr.write(`${text}\n`);

/** Runs `lab` to its end. @param {string[]} words */
async function lab(words) {
  const began = performance.now();
  const child = spawn(process.execPath, [command, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors, mostBytes] = ['', '', 0];
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    errors += text;
  });
  const looking = startTicker(() => {
    mostBytes = Math.max(mostBytes, residentBytes(child.pid));
  }, LOOK_MS);
  const status = await new Promise(resolve => child.once('close', resolve));
  looking.clear();
  return { status, output, errors, mostBytes, ms: performance.now() - began };
}

/** The most that a process took so far; 0 where it has ended. @param {number | undefined} pid */
function residentBytes(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** What the containers of a lab take. @param {string} name */
async function containersOf(name) {
  const filters = encodeURIComponent(JSON.stringify({ label: [`dev.peerlab.lab=${name}`] }));
  const found = await ask('GET', `/containers/json?filters=${filters}`);
  const stats = await Promise.all(
    found.map(async ({ Id }) => await ask('GET', `/containers/${Id}/stats?stream=false&one-shot=true`)),
  );
  const bytes = stats.map(({ memory_stats: { usage, stats: parts } }) => {
    return usage - (parts?.total_inactive_file ?? parts?.inactive_file ?? 0);
  });
  return { containers: found.length, bytes: bytes.reduce((sum, one) => sum + one, 0) };
}

/** @param {number} peers */
async function measure(peers) {
  const name = `scale-${peers}-${process.pid % 1000}`;
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `name: ${name}\nsecurity: ${values.security}\ntopology: { generator: random-regular, peers: ${peers}, degree: 4 }\n`,
  );
  try {
    const up = await lab(['up', file, '--driver', 'docker', '--pack', values.pack, '-f', 'json']);
    if (up.status !== 0) throw new Error(`lab up of ${peers} peers ended with ${up.status}: ${up.errors.slice(-2000)}`);
    const { timings, checks } = JSON.parse(up.output);
    const taken = await containersOf(name);
    const down = await lab(['down', name]);
    if (down.status !== 0) throw new Error(`lab down ended with ${down.status}: ${down.errors}`);
    const verdicts = checks.map(({ name: check, verdict }) => `${check} ${verdict}`);
    return {
      peers,
      ms: up.ms + down.ms,
      upMs: up.ms,
      downMs: down.ms,
      timings,
      verdicts,
      labBytes: up.mostBytes,
      ...taken,
    };
  } finally {
    await lab(['down', name]);
  }
}

const results = sizes.map(peers => ({ peers, runs: [] }));
try {
  for (let run = 0; run < values.runs; run += 1) {
    for (const result of run % 2 === 0 ? results : results.toReversed()) {
      const one = await measure(result.peers);
      result.runs.push(one);
      const { peers, ms, containers, bytes, labBytes, timings, verdicts } = one;
      say(
        `${peers} peers, run ${run + 1}: ${(ms / 1000).toFixed(1)} s, ${containers} containers of ${(bytes / MEBIBYTE).toFixed(0)} MiB, lab ${(labBytes / MEBIBYTE).toFixed(0)} MiB; ${JSON.stringify(timings)}; ${verdicts.join(', ')}`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}

const engine = await ask('GET', '/version');
const machine = {
  cpus: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
  memoryGib: Number((totalmem() / 1024 ** 3).toFixed(1)),
  kernel: engine.KernelVersion,
  engine: engine.Version,
  node: process.version,
};
const of = (runs, key) => median(runs.map(one => one[key]));
const table = results.map(({ peers, runs }) => ({
  peers,
  containers: runs[0].containers,
  seconds: of(runs, 'ms') / 1000,
  containersMib: of(runs, 'bytes') / MEBIBYTE,
  labMib: of(runs, 'labBytes') / MEBIBYTE,
}));
if (values.json) console.log(JSON.stringify({ machine, runs: values.runs, table, results }, null, 2));
else {
  console.log(
    '\n| peers | containers | from nothing to nothing | containers take | `lab` takes |\n|---:|---:|---:|---:|---:|',
  );
  for (const { peers, containers, seconds, containersMib, labMib } of table) {
    console.log(
      `| ${peers} | ${containers} | ${seconds.toFixed(1)} s | ${containersMib.toFixed(0)} MiB | ${labMib.toFixed(0)} MiB |`,
    );
  }
  const facts = Object.entries(machine).map(([key, value]) => `${key}: ${value}`);
  console.log(`\nMedian of ${values.runs} runs by turns, links ${values.security}. ${facts.join(', ')}.`);
}
