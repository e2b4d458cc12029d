/** A comparison as a table: a row for each variant. */
import type { VariantResult } from '@peerlab/compare';
import type { Verdict } from '@peerlab/finding';

const MIB = 2 ** 20;

const PROVEN: Readonly<Record<Verdict, string>> = { proven: 'yes', failed: 'NO', 'not-proven': '?' };

/** Head and cells, as texts. */
export function comparisonRows(results: readonly VariantResult[]): { head: string[]; rows: string[][] } {
  const head = [
    '',
    'proven',
    'frames',
    'bytes',
    'duplicates',
    'p50 ms',
    'p99 ms',
    'deliveries/s',
    'missing',
    'twice',
    'MiB/peer',
    'CPU µs/delivery',
  ];
  const rows = results.map(({ title, verdict, median }) => [
    title,
    PROVEN[verdict],
    shown(median.framesPerBroadcast),
    shown(median.bytesPerBroadcast),
    shown(median.duplicatesPerBroadcast),
    shown(median.latencyMs?.p50),
    shown(median.latencyMs?.p99),
    shown(median.deliveriesPerSecond),
    shown(median.missing),
    shown(median.twice),
    shown(median.memoryBytes === undefined ? undefined : median.memoryBytes / MIB),
    shown(median.cpuUsPerDelivery),
  ]);
  return { head, rows };
}

/** The same in Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** A number with three digits that matter, or all of a whole one; `-` where it is not known. */
export function shown(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '-';
  if (Number.isInteger(value) || value >= 100) return Math.round(value).toLocaleString('en');
  return value.toPrecision(3);
}
