/**
 * What exact horizons cost, by rule, in virtual time: frames over those predicted for uniform delay, and the mean time of
 * delivery over a plain flood's. Deterministic by seed. Usage: npx tsc -b && node bench/horizon/main.js [--seeds 15] [--json]
 */

import { generateGraph, graphFromEdges, horizonAt, horizonFrom, Random } from '../../packages/graph/dist/index.js';
import { readOptions } from '../../scripts/read-options.js';
import { flood, newMemory, POLICIES } from './model.js';

const options = readOptions('main.js [--seeds N] [--json]', {
  seeds: { type: 'number', default: 15 },
  json: { type: 'boolean', default: false },
});
const { seeds } = options;

const generated = (generator, values) => seed => adjacency(generateGraph({ generator, values }, seed));
/** By name: the graph of a seed, and the TTLs. */
const GRAPHS = {
  Petersen: [petersen, [4]],
  'ring 30': [generated('ring', { peers: 30 }), [12, 65]],
  '4-regular 100': [generated('random-regular', { peers: 100, degree: 4 }), [3, 5, 8, 65]],
  '8-regular 200': [generated('random-regular', { peers: 200, degree: 8 }), [3, 8, 65]],
  'scale-free 200': [generated('scale-free', { peers: 200, links: 2 }), [4, 8, 65]],
  'torus 12x12': [generated('torus', { rows: 12, columns: 12 }), [5, 12, 65]],
};

const normal = random => Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
const exponential = random => -Math.log(1 - random.fraction());
/** By name: the delay of each frame in milliseconds. A link's own latency is drawn once, and is equal in both directions. */
const DELAYS = {
  'LAN: 0.2 ms + log-normal, 0.3 ms, sigma 0.8': random => () => 0.2 + 0.3 * Math.exp(0.8 * normal(random)),
  'loaded machine: a tenth of the frames stalls, 15 ms on average': random => () =>
    0.3 + (random.fraction() < 0.1 ? 15 * exponential(random) : 0.3 * random.fraction()),
  'equal links: 20 to 30 ms': random => () => 20 + 10 * random.fraction(),
  'WAN: links log-normal, 40 ms, sigma 0.5, + 4 ms of jitter': random =>
    perLink(
      () => 40 * Math.exp(0.5 * normal(random)),
      () => 4 * exponential(random),
    ),
  'WAN: links uniform, 10 to 100 ms, + 5 ms of jitter': random =>
    perLink(
      () => 10 + 90 * random.fraction(),
      () => 5 * random.fraction(),
    ),
};
/** Floods of the origin: the first, when nobody knows it, and the sixth. */
const FLOODS = 6;

const rows = Object.keys(DELAYS).flatMap(delay => Object.keys(POLICIES).map(policy => measure(delay, policy)));
if (options.json) console.log(JSON.stringify(rows, undefined, 2));
else print(rows);

/** All graphs, TTLs and seeds of one kind of delays under one rule. */
function measure(delay, policy) {
  const runs = [];
  for (const [makeGraph, ttls] of Object.values(GRAPHS)) {
    for (let seed = 1; seed <= seeds; seed++) {
      const { graph, csr } = makeGraph(seed);
      const origin = new Random(seed).below(graph.length);
      const horizon = horizonFrom(csr, origin);
      for (const ttl of ttls) runs.push(run(delay, POLICIES[policy], { graph, origin, ttl, seed, horizon }));
    }
  }
  const figures = at => ({
    frames: quantiles(runs.map(r => r[at].frames)),
    overPlain: quantiles(runs.map(r => r[at].overPlain)),
    time: quantiles(runs.map(r => r[at].time)),
    exact: runs.filter(r => r[at].isExact).length / runs.length,
  });
  return { delay, policy, runs: runs.length, first: figures(0), later: figures(1) };
}

function run(delay, policy, { graph, origin, ttl, seed, horizon }) {
  const { frames: predicted, reached: due } = horizonAt(horizon, ttl);
  const several = rule => {
    const delayMs = DELAYS[delay](new Random(seed));
    const memory = newMemory(graph.length);
    return Array.from({ length: FLOODS }, () => flood(graph, origin, ttl, delayMs, rule, memory));
  };
  const mine = several(policy);
  const plain = several(POLICIES.plain);
  return [0, FLOODS - 1].map(i => ({
    frames: mine[i].frames / predicted,
    overPlain: mine[i].frames / plain[i].frames,
    time: mine[i].meanMs / plain[i].meanMs,
    isExact: mine[i].reached === due,
  }));
}

function quantiles(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = q => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return { median: at(0.5), p90: at(0.9), max: at(1) };
}

function print(all) {
  for (const delay of Object.keys(DELAYS)) {
    console.log(`\n**${delay}**\n`);
    console.log('| rule | exact | first flood | sixth flood: frames / predicted | frames / plain | time / plain |');
    console.log('|---|---|---|---|---|---|');
    for (const { policy, first, later } of all.filter(row => row.delay === delay)) {
      const three = ({ median, p90, max }) => [median, p90, max].map(x => x.toFixed(2)).join(', ');
      const exact = `${Math.floor(100 * Math.min(first.exact, later.exact))} %`;
      console.log(
        `| ${policy} | ${exact} | ${three(first.frames)} | ${three(later.frames)} | ${three(later.overPlain)} | ${three(later.time)} |`,
      );
    }
  }
}

function perLink(latencyMs, jitterMs) {
  const known = new Map();
  return (a, b) => {
    const link = `${Math.min(a, b)}-${Math.max(a, b)}`;
    if (!known.has(link)) known.set(link, latencyMs());
    return known.get(link) + jitterMs();
  };
}

function adjacency(csr) {
  const graph = Array.from({ length: csr.peerCount }, (_, v) => [
    ...csr.targets.subarray(csr.offsets[v], csr.offsets[v + 1]),
  ]);
  return { graph, csr };
}

function petersen() {
  const links = [0, 1, 2, 3, 4].flatMap(i => [
    [i, (i + 1) % 5],
    [i, i + 5],
    [i + 5, ((i + 2) % 5) + 5],
  ]);
  return adjacency(graphFromEdges(10, links));
}
