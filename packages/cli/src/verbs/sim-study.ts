/** `lab sim sweep` and `lab sim compare`: many floods, as a table, JSON, or a chart. */
import {
  type Comparison,
  type Configuration,
  compare,
  comparisonTable,
  formatBytes,
  METRIC_NAMES,
  type MetricName,
  paceOf,
  parseVariation,
  type StudyControl,
  sweep,
  sweepChart,
  sweepTable,
  vary,
} from '@peerlab/simulation';
import { didYouMean } from '@peerlab/topology';
import { EXIT, UsageError } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { note, plural, printJson, printText } from '../output/print.ts';
import { type ForceArgs, requireNewFile, writeOutput } from '../output-file.ts';
import type { Simulated } from './sim-configuration.ts';
import { memoryOf, requireFree } from './sim-memory.ts';

/** What a study is asked for. */
export interface StudyOptions {
  readonly seeds: readonly number[];
  readonly format: string;
}

/** Varies one thing. @returns the exit status */
export async function simSweep(
  { name, configuration }: Simulated,
  {
    seeds,
    format,
    variation,
    svg,
    metric,
    force,
  }: StudyOptions & ForceArgs & { variation: string; svg: string | undefined; metric: string },
): Promise<number> {
  const shown = METRIC_NAMES.find(known => known === metric);
  if (shown === undefined) {
    throw new UsageError(`there is no metric "${metric}"`, didYouMean(metric, METRIC_NAMES) ?? METRIC_NAMES.join(', '));
  }
  if (svg !== undefined) requireNewFile(svg, { force });
  const varied = parseVariation(variation);
  const all = varied.values.map(value => vary(configuration, varied.variable, value));
  const running = control();
  tellOfSize(all, seeds);
  const result = await sweep(configuration, varied, seeds, running);
  if (svg !== undefined) writeChart(svg, sweepChart(result, shown as MetricName, name), { force });
  if (format === 'json') printJson({ name, ...result });
  else printText(sweepTable(result));
  return result.isPartial ? EXIT.interrupted : EXIT.ok;
}

/** Compares a configuration with the same one changed. @returns the exit status */
export async function simCompare(
  { name, configuration }: Simulated,
  { seeds, format, changes }: StudyOptions & { changes: readonly string[] },
): Promise<number> {
  if (changes.length === 0) {
    throw new UsageError('nothing to compare with', 'give the other configuration: --with ttl=5');
  }
  const changed = changes.map(parseVariation).reduce((other, { variable, values }, i) => {
    const [value, ...more] = values;
    if (value === undefined || more.length > 0) throw new UsageError(`--with ${changes[i]}: give one value`);
    return vary(other, variable, value);
  }, configuration);
  const running = control();
  tellOfSize([configuration, changed], seeds);
  const result: Comparison = await compare(configuration, changed, seeds, running);
  if (format === 'json') printJson({ name, changes, ...result });
  else printText(comparisonTable(result, [name, changes.join(' ')]));
  return result.isPartial ? EXIT.interrupted : EXIT.ok;
}

/** What is to come; nothing is made yet. @throws {SimulationError} `CANNOT_FIT` */
function tellOfSize(configurations: readonly Configuration[], seeds: readonly number[]): void {
  const memory = memoryOf(configurations);
  const floods = configurations.length * seeds.length;
  note(
    `${plural(floods, 'flood')} of up to ${plural(memory.size.peers, 'peer')}: up to ${formatBytes(memory.peakBytes)} of memory`,
  );
  requireFree(memory);
}

function control(): StudyControl {
  const signal = interruptible('nothing to clean up: the simulation ran in this process');
  const startMs = performance.now();
  const progress: StudyControl['progress'] = ({ done, of }) => {
    if (!process.stderr.isTTY) return;
    const { leftSeconds } = paceOf(done, of, performance.now() - startMs);
    process.stderr.write(
      `\r${done} of ${of} floods, ${Math.ceil(leftSeconds ?? 0)} s left   ${done === of ? '\r\u001b[K' : ''}`,
    );
  };
  return { signal, progress };
}

function writeChart(file: string, svg: string, options: ForceArgs): void {
  writeOutput(file, svg, options);
  note(`the chart is in ${file}`);
}
