/** What a study reports about its floods: a few numbers for each, their mean and their spread. */
import type { FloodResult } from '../flood/flood-result.ts';

/** The metrics, in the order in which they are shown, each with its heading and unit. */
export const METRICS = {
  coverage: { title: 'covered', unit: '%' },
  framesPerDelivery: { title: 'frames per delivery', unit: '' },
  frames: { title: 'frames', unit: '' },
  hops: { title: 'hops', unit: '' },
  cover50Ms: { title: 'to 50 %', unit: 'ms' },
  cover90Ms: { title: 'to 90 %', unit: 'ms' },
  cover99Ms: { title: 'to 99 %', unit: 'ms' },
  cover100Ms: { title: 'to 100 %', unit: 'ms' },
  endMs: { title: 'over after', unit: 'ms' },
} as const;

/** The name of a metric. */
export type MetricName = keyof typeof METRICS;

/** The metrics of one flood; null where it has none, as for the time to cover what was never covered. */
export type Metrics = Readonly<Record<MetricName, number | null>>;

/** A metric over several floods. */
export interface Spread {
  /** Floods that have it. The rest of the fields are over these alone, and null when there is none. */
  readonly count: number;
  readonly mean: number | null;
  /** The standard deviation of the sample; 0 for a single one. */
  readonly deviation: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** The names, in order. */
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];

/** The metrics of a flood. */
export function metricsOf(result: FloodResult): Metrics {
  const { covered, peers, frames, delivered, coveredByHop, coverTimeMs, endMs } = result;
  return {
    coverage: (100 * covered) / peers,
    framesPerDelivery: delivered === 0 ? null : frames / delivered,
    frames,
    hops: coveredByHop.length - 1,
    cover50Ms: coverTimeMs[50],
    cover90Ms: coverTimeMs[90],
    cover99Ms: coverTimeMs[99],
    cover100Ms: coverTimeMs[100],
    endMs,
  };
}

/** Mean and spread of numbers; nulls are left out. */
export function spreadOf(values: readonly (number | null)[]): Spread {
  const numbers = values.filter(value => value !== null);
  const count = numbers.length;
  if (count === 0) return { count, mean: null, deviation: null, min: null, max: null };
  const mean = numbers.reduce((sum, value) => sum + value, 0) / count;
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = count === 1 ? 0 : Math.sqrt(squares / (count - 1));
  return { count, mean, deviation, min: Math.min(...numbers), max: Math.max(...numbers) };
}
