/** One contestant on one graph, in a process of its own: prints its measurements as one line of JSON. */
import { CONTESTANTS } from './contestants/index.ts';
import { GRAPHS } from './graphs.ts';
import { createSingleProcessSwarm } from './single-process.ts';
import { measureDms, measureLatency, measureThroughput, type Throughput } from './workloads.ts';

/** What one run measures. */
export interface Measurement {
  readonly small: Throughput;
  readonly large: Throughput;
  /** In milliseconds, one for each message. */
  readonly latencies: readonly number[];
  readonly dmsPerSecond: number;
  readonly peakRssBytes: number;
}

const [, , contestant = '', graphName = '', durationText = '1500'] = process.argv;
const durationMs = Number(durationText);
const graph = GRAPHS.get(graphName);
const entry = CONTESTANTS.get(contestant);
if (graph === undefined || entry === undefined) throw new Error(`no contestant ${contestant} or graph ${graphName}`);
const swarm = await createSingleProcessSwarm(await entry.load(), graph);
const small = await measureThroughput(swarm, { payloadBytes: 64, durationMs, warmUpMs: Math.max(800, durationMs / 2) });
const large = await measureThroughput(swarm, { payloadBytes: 1024, durationMs, warmUpMs: durationMs / 4 });
const latencies = await measureLatency(swarm, 64, 200);
// The first thousand warm up: a hundred alone measure little but that.
await measureDms(swarm, 1000);
const dmsPerSecond = await measureDms(swarm, 4000);
const { peakRssBytes } = await swarm.usage();
const measurement: Measurement = { small, large, latencies, dmsPerSecond, peakRssBytes };
process.stdout.write(`${JSON.stringify(measurement)}\n`, () => process.exit(0));
