/** Several measurements as one: the median, number by number. */
import type { LabMeasurement } from './measure-lab.ts';

/** See the module's header. What one of them does not know, the median does not know. */
export function medianMeasurement(runs: readonly LabMeasurement[]): LabMeasurement {
  const of = (value: (run: LabMeasurement) => number | undefined): number | undefined => median(runs.map(value));
  const p50 = of(({ latencyMs }) => latencyMs?.p50);
  const p99 = of(({ latencyMs }) => latencyMs?.p99);
  return {
    framesPerBroadcast: of(run => run.framesPerBroadcast),
    bytesPerBroadcast: of(run => run.bytesPerBroadcast),
    duplicatesPerBroadcast: of(run => run.duplicatesPerBroadcast),
    latencyMs: p50 === undefined || p99 === undefined ? undefined : { p50, p99 },
    deliveriesPerSecond: of(run => run.deliveriesPerSecond) ?? 0,
    // Losses are not averaged away.
    missing: runs.reduce((sum, { missing }) => sum + missing, 0),
    twice: runs.reduce((sum, { twice }) => sum + twice, 0),
    memoryBytes: of(run => run.memoryBytes),
    cpuUsPerDelivery: of(run => run.cpuUsPerDelivery),
  };
}

/** The middle one; the mean of the two middle ones of an even number. */
function median(values: readonly (number | undefined)[]): number | undefined {
  const sorted = values.flatMap(value => (value === undefined ? [] : [value])).sort((a, b) => a - b);
  if (sorted.length === 0 || sorted.length < values.length) return undefined;
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
