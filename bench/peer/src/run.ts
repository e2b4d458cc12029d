/**
 * The benchmark: every contestant on every graph, in turns, so that what else the machine does hits all alike.
 * node dist/run.js [--runs 5] [--duration 1000] [--graphs a,b] [--contestants a,b] [--multi] [--limit s] [--chart file.svg]
 * Prints tables in Markdown; each number is the median of the runs. No turn begins after `--limit` seconds.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { CONTESTANTS } from './contestants/index.ts';
import { floodFrames, GRAPHS } from './graphs.ts';
import type { MultiMeasurement } from './multi-process.ts';
import type { Measurement } from './one.ts';
import { barChart, median, percentile, type Row, table } from './report.ts';
import { wholeNumber } from './whole-number.ts';

/** What the command line asks for. @throws {Error} naming what it does not take */
function readCommandLine() {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '5' },
      duration: { type: 'string', default: '1000' },
      graphs: { type: 'string', default: [...GRAPHS.keys()].join(',') },
      contestants: { type: 'string', default: [...CONTESTANTS.keys()].join(',') },
      multi: { type: 'boolean', default: false },
      limit: { type: 'string', default: '3600' },
      chart: { type: 'string' },
    },
  });
  if (values.chart?.trim() === '') throw new Error('--chart is empty');
  const { graphs, contestants, multi, chart } = values;
  return {
    ...{ graphs, multi, chart },
    runs: wholeNumber('--runs', values.runs),
    limitS: wholeNumber('--limit', values.limit),
    duration: String(wholeNumber('--duration', values.duration)),
    contestants: contestants.split(','),
  };
}

/** A sentence and how it is used, in place of a stack. */
function refuse(error: unknown): never {
  console.error(`${error instanceof Error ? error.message : String(error)}\nusage: ${USAGE}`);
  process.exit(2);
}

const USAGE =
  'node dist/run.js [--runs N] [--duration MS] [--graphs a,b] [--contestants a,b] [--multi] [--limit S] [--chart FILE]';
let options: ReturnType<typeof readCommandLine>;
try {
  options = readCommandLine();
} catch (error) {
  refuse(error);
}
const { runs, limitS, duration, contestants } = options;
const RUN_TIMEOUT_MS = 90_000;

async function runOnce<T>(program: string, contestant: string, graph: string): Promise<T | undefined> {
  const file = fileURLToPath(new URL(`./${program}.js`, import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file, contestant, graph, duration], {
      timeout: RUN_TIMEOUT_MS,
    });
    return JSON.parse(stdout) as T;
  } catch (error) {
    process.stderr.write(`${contestant} on ${graph}: ${String(error).slice(0, 300)}\n`);
    return undefined;
  }
}

/** Every contestant once, then every contestant again, and so on. */
async function inTurns<T>(program: string, graph: string): Promise<Map<string, T[]>> {
  const results = new Map<string, T[]>(contestants.map(name => [name, []]));
  const stop = performance.now() + limitS * 1000;
  for (let turn = 0; turn < runs && performance.now() < stop; turn++) {
    for (const name of contestants) {
      process.stderr.write(`${graph}: ${name}, ${turn + 1} of ${runs}\n`);
      const result = await runOnce<T>(program, name, graph);
      if (result !== undefined) results.get(name)?.push(result);
    }
  }
  return results;
}

const MIB = 2 ** 20;
const COLUMNS = {
  runs: 'runs',
  small: '64 B: deliveries/s',
  smallCpu: 'CPU µs per delivery',
  large: '1 KiB: deliveries/s',
  largeCpu: 'CPU µs per delivery',
  frames: 'frames per broadcast',
  p50: 'latency p50, ms',
  p99: 'p99, ms',
  dms: 'DMs/s',
  rss: 'peak RSS, MiB',
  lost: 'lost',
  duplicated: 'twice',
};

function rowOf(name: string, measurements: readonly Measurement[]): Row {
  const of = (value: (measurement: Measurement) => number): number => median(measurements.map(value));
  return {
    title: CONTESTANTS.get(name)?.title ?? name,
    values: {
      runs: measurements.length,
      small: of(({ small }) => small.deliveriesPerSecond),
      smallCpu: of(({ small }) => small.cpuUsPerDelivery),
      large: of(({ large }) => large.deliveriesPerSecond),
      largeCpu: of(({ large }) => large.cpuUsPerDelivery),
      frames: of(({ small }) => small.framesPerBroadcast ?? Number.NaN),
      p50: of(({ latencies }) => median(latencies)),
      p99: of(({ latencies }) => percentile(latencies, 0.99)),
      dms: of(({ dmsPerSecond }) => dmsPerSecond),
      rss: of(({ peakRssBytes }) => peakRssBytes / MIB),
      lost: measurements.reduce((sum, { small, large }) => sum + small.lost + large.lost, 0),
      duplicated: measurements.reduce((sum, { small, large }) => sum + small.duplicated + large.duplicated, 0),
    },
  };
}

process.stdout.write(`${cpus()[0]?.model} x ${cpus().length}, Node ${process.version}, medians of ${runs} runs\n`);
for (const graph of options.graphs.split(',')) {
  const results = await inTurns<Measurement>('one', graph);
  const rows = [...results].map(([name, measurements]) => rowOf(name, measurements));
  const predicted = floodFrames(GRAPHS.get(graph) ?? { peerCount: 0, links: [] });
  process.stdout.write(`\n${graph}, one process; a flood takes ${predicted} frames\n\n${table(COLUMNS, rows)}\n`);
  if (options.chart !== undefined && graph === options.graphs.split(',')[0]) {
    const bars = rows.map(({ title, values }) => ({ label: title, value: values.small ?? Number.NaN }));
    const drawn = bars.filter(({ value }) => value > 0);
    writeFileSync(options.chart, barChart(`Deliveries per second, 64 B broadcasts, ${graph}, one process`, drawn));
  }
}
if (options.multi) {
  const graph = options.graphs.split(',')[0] ?? '';
  const rows = [...(await inTurns<MultiMeasurement>('multi-process', graph))].map(([name, measurements]) => ({
    title: CONTESTANTS.get(name)?.title ?? name,
    values: {
      deliveries: median(measurements.map(({ deliveriesPerSecond }) => deliveriesPerSecond)),
      cpu: median(measurements.map(({ cpuUsPerDelivery }) => cpuUsPerDelivery)),
      rss: median(measurements.map(({ peakRssBytes }) => peakRssBytes / MIB)),
      lost: measurements.reduce((sum, { lost }) => sum + lost, 0),
    },
  }));
  const columns = {
    deliveries: '64 B: deliveries/s',
    cpu: 'CPU µs per delivery',
    rss: 'peak RSS of all, MiB',
    lost: 'lost',
  };
  process.stdout.write(`\n${graph}, one process per peer\n\n${table(columns, rows)}\n`);
}
