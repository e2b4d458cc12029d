/** One case of the benchmark, in a process of its own: `node case.js KIND PEERS`; prints one line of JSON. */

import process from 'node:process';
import { generateGraph } from '@peerlab/graph';
import { FrameHeap, simulateFlood } from '@peerlab/simulation';
import { plainLoop } from './plain-loop.js';

const [, , kind, size] = process.argv;
const peers = Number(size);
const startMs = performance.now();
const graph = generateGraph({ generator: 'random-choice', values: { peers, choices: 4 } }, 1);
const graphMs = performance.now();
const input = { graph, seed: 1, links: { latencyMs: { uniform: { min: 1, max: 100 } } } };
const result = await {
  'plain-loop': () => plainLoop(graph),
  flood: () => simulateFlood(input),
  'flood-heap': () => simulateFlood(input, { queue: new FrameHeap() }),
  'flood-ttl-12': () => simulateFlood({ ...input, ttl: 12 }),
}[kind]();
const endMs = performance.now();
console.log(
  JSON.stringify({
    peers,
    frames: result.frames,
    covered: result.covered,
    generationS: (graphMs - startMs) / 1000,
    floodS: (endMs - graphMs) / 1000,
    peakMb: process.resourceUsage().maxRSS / 1024,
  }),
);
