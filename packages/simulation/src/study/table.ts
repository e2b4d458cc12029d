/** Studies as tables of text: a row for each value, mean and spread in each cell. */
import { METRIC_NAMES, METRICS, type MetricName, type Spread } from './metrics.ts';
import type { Comparison, Sweep } from './sweep.ts';

/** A sweep as a table. A cell is the mean, and after ± the standard deviation where there is one. */
export function sweepTable({ variable, seeds, points, isPartial }: Sweep): string {
  const rows = points.map(({ value, summary, runs }) => [
    String(value),
    ...METRIC_NAMES.map(name => cell(summary[name], runs.length)),
  ]);
  const note = `${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}${isPartial ? '; cancelled before its end' : ''}`;
  return `${textTable([[variable, ...METRIC_NAMES.map(heading)], ...rows])}\n${note}\n`;
}

/** A comparison as a table: both configurations, the difference, and in how many seeds b was lower, the same, higher. */
export function comparisonTable({ metrics, a, isPartial }: Comparison, names: readonly [string, string]): string {
  const rows = METRIC_NAMES.map(name => {
    const { a: first, b: second, difference, lower, same, higher } = metrics[name];
    const cells = [first, second, difference].map(spread => cell(spread, a.length));
    return [heading(name), ...cells, `${lower} / ${same} / ${higher}`];
  });
  const head = ['', ...names, 'difference', 'lower / same / higher'];
  return `${textTable([head, ...rows])}\n${a.length} seeds${isPartial ? '; cancelled before its end' : ''}\n`;
}

/** A number for people: four digits that count. */
export function shortNumber(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(4)));
}

function heading(name: MetricName): string {
  const { title, unit } = METRICS[name];
  return unit === '' ? title : `${title} (${unit})`;
}

function cell({ count, mean, deviation }: Spread, of: number): string {
  if (mean === null) return 'never';
  const spread = deviation === null || deviation === 0 ? '' : ` ± ${shortNumber(deviation)}`;
  return `${shortNumber(mean)}${spread}${count < of ? ` (${count} of ${of})` : ''}`;
}

function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)));
  return rows.map(row => row.map((text, column) => text.padStart(widths[column] ?? 0)).join('  ')).join('\n');
}
