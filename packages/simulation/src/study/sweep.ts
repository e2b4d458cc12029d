/** Runs a configuration with one thing varied, over several seeds; and two configurations with the same seeds. */

import { Random, senderKey } from '@peerlab/graph';
import { simulateFlood } from '../flood/simulate-flood.ts';
import { turn } from '../turn.ts';
import { METRIC_NAMES, type MetricName, type Metrics, metricsOf, type Spread, spreadOf } from './metrics.ts';
import { type Configuration, graphOf, type Variable, type Variation, vary } from './setting.ts';

/** One flood of a study. */
export interface StudyRun {
  readonly seed: number;
  readonly origin: number;
  readonly metrics: Metrics;
  readonly traceHash: string;
}

/** One value of a sweep: its floods, and what they come to. */
export interface SweepPoint {
  readonly value: number;
  readonly runs: readonly StudyRun[];
  readonly summary: Readonly<Record<MetricName, Spread>>;
}

/** The result of a sweep. */
export interface Sweep {
  readonly variable: Variable;
  readonly seeds: readonly number[];
  /** In the order of the values. */
  readonly points: readonly SweepPoint[];
  /** True if it was cancelled: it contains only complete floods. */
  readonly isPartial: boolean;
}

/** What a caller may have to do with a running study. */
export interface StudyControl {
  readonly signal?: AbortSignal | undefined;
  /** Called after each flood. */
  readonly progress?: ((progress: { readonly done: number; readonly of: number }) => void) | undefined;
}

/** How two configurations differ in one metric, seed by seed: b less a. */
export interface Difference {
  readonly a: Spread;
  readonly b: Spread;
  readonly difference: Spread;
  /** In how many seeds b was lower, the same, or higher. */
  readonly lower: number;
  readonly same: number;
  readonly higher: number;
}

/** The result of a comparison. */
export interface Comparison {
  readonly seeds: readonly number[];
  readonly a: readonly StudyRun[];
  readonly b: readonly StudyRun[];
  readonly metrics: Readonly<Record<MetricName, Difference>>;
  readonly isPartial: boolean;
}

/**
 * Varies one thing. Every value runs with the same seeds, so that what differs is the value and not the luck.
 * @throws {SimulationError} `BAD_SETTING`
 */
export async function sweep(
  configuration: Configuration,
  { variable, values }: Variation,
  seeds: readonly number[],
  control: StudyControl = {},
): Promise<Sweep> {
  const configurations = values.map(value => vary(configuration, variable, value));
  const total = values.length * seeds.length;
  const points: SweepPoint[] = [];
  let done = 0;
  for (const [i, value] of values.entries()) {
    const runs: StudyRun[] = [];
    for (const seed of seeds) {
      const run = await runOnce(configurations[i] ?? configuration, seed, control.signal);
      if (run === undefined) break;
      runs.push(run);
      control.progress?.({ done: ++done, of: total });
    }
    if (runs.length > 0) points.push({ value, runs, summary: summaryOf(runs) });
    if (control.signal?.aborted === true) break;
  }
  return { variable, seeds, points, isPartial: done < total };
}

/**
 * Runs two configurations with the same seeds, in turns.
 * @throws {SimulationError} `BAD_SETTING`
 */
export async function compare(
  a: Configuration,
  b: Configuration,
  seeds: readonly number[],
  control: StudyControl = {},
): Promise<Comparison> {
  const ofA: StudyRun[] = [];
  const ofB: StudyRun[] = [];
  for (const seed of seeds) {
    const first = await runOnce(a, seed, control.signal);
    const second = first === undefined ? undefined : await runOnce(b, seed, control.signal);
    if (first === undefined || second === undefined) break;
    ofA.push(first);
    ofB.push(second);
    control.progress?.({ done: 2 * ofA.length, of: 2 * seeds.length });
  }
  const metrics = Object.fromEntries(METRIC_NAMES.map(name => [name, differenceOf(name, ofA, ofB)]));
  return {
    seeds,
    a: ofA,
    b: ofB,
    metrics: metrics as Record<MetricName, Difference>,
    isPartial: ofA.length < seeds.length,
  };
}

/** One flood; undefined if it was cancelled. */
async function runOnce(
  configuration: Configuration,
  seed: number,
  signal: AbortSignal | undefined,
): Promise<StudyRun | undefined> {
  // Small floods run without a pause: signals and the terminal get their turn between them.
  await turn();
  if (signal?.aborted === true) return undefined;
  const graph = graphOf(configuration, seed);
  const origin = configuration.flood.origin ?? new Random(senderKey(seed, graph.peerCount)).below(graph.peerCount);
  const result = await simulateFlood({ ...configuration.flood, graph, seed, origin }, { signal });
  if (result.isPartial) return undefined;
  return { seed, origin, metrics: metricsOf(result), traceHash: result.traceHash };
}

function summaryOf(runs: readonly StudyRun[]): Record<MetricName, Spread> {
  const entries = METRIC_NAMES.map(name => [name, spreadOf(runs.map(({ metrics }) => metrics[name]))]);
  return Object.fromEntries(entries) as Record<MetricName, Spread>;
}

function differenceOf(name: MetricName, a: readonly StudyRun[], b: readonly StudyRun[]): Difference {
  const differences = a.map(({ metrics }, i) => {
    const before = metrics[name];
    const after = b[i]?.metrics[name] ?? null;
    return before === null || after === null ? null : after - before;
  });
  const count = (matches: (difference: number) => boolean): number =>
    differences.filter(difference => difference !== null && matches(difference)).length;
  return {
    a: spreadOf(a.map(({ metrics }) => metrics[name])),
    b: spreadOf(b.map(({ metrics }) => metrics[name])),
    difference: spreadOf(differences),
    lower: count(difference => difference < 0),
    same: count(difference => difference === 0),
    higher: count(difference => difference > 0),
  };
}
