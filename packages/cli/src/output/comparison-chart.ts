/** A comparison as an SVG picture: one panel of bars for each figure that all can be compared by. No script, no font to load. */
import type { LabMeasurement, VariantResult } from '@peerlab/compare';
import type { Verdict } from '@peerlab/finding';
import { shown } from './comparison-table.ts';

const PANELS: readonly { readonly title: string; readonly of: (median: LabMeasurement) => number | undefined }[] = [
  { title: 'latency to the last peer, median, ms', of: ({ latencyMs }) => latencyMs?.p50 },
  { title: 'deliveries per second', of: ({ deliveriesPerSecond }) => deliveriesPerSecond },
  { title: 'frames per broadcast', of: ({ framesPerBroadcast }) => framesPerBroadcast },
  { title: 'memory of a peer, MiB', of: ({ memoryBytes }) => (memoryBytes ?? Number.NaN) / 2 ** 20 },
  { title: 'CPU per delivery, µs', of: ({ cpuUsPerDelivery }) => cpuUsPerDelivery },
];

/** Behind a figure. */
const NOTES: Readonly<Record<Verdict, string>> = { proven: '', failed: ' (failed)', 'not-proven': ' (not proven)' };

const WIDTH = 720;
const LEFT = 200;
const RIGHT = 90;
const BAR = 18;
const GAP = 6;
const TITLE = 34;

/** The picture. Bars begin at zero; what is not known has a dash in place of its bar. */
export function comparisonChart(name: string, results: readonly VariantResult[]): string {
  const panelHeight = TITLE + results.length * (BAR + GAP) + 8;
  const panels = PANELS.filter(({ of }) => results.some(({ median }) => Number.isFinite(of(median))));
  const height = 44 + panels.length * panelHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escapeXml(`${name}: ${results.map(({ title }) => title).join(', ')}`)}</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="16" y="28" font-size="16" font-weight="bold" fill="#1f2328">${escapeXml(name)}</text>`,
    ...panels.flatMap(({ title, of }, i) => panel(title, results, of, 44 + i * panelHeight)),
    '</svg>',
    '',
  ].join('\n');
}

function panel(
  title: string,
  results: readonly VariantResult[],
  of: (median: LabMeasurement) => number | undefined,
  top: number,
): string[] {
  const values = results.map(({ median }) => of(median) ?? Number.NaN);
  const most = Math.max(...values.filter(Number.isFinite), Number.MIN_VALUE);
  return [
    `<text x="16" y="${top + 20}" fill="#57606a">${escapeXml(title)}</text>`,
    ...results.map(({ title: variant, verdict }, i) => {
      const y = top + TITLE + i * (BAR + GAP);
      const value = values[i] ?? Number.NaN;
      const width = Number.isFinite(value) ? ((WIDTH - LEFT - RIGHT) * value) / most : 0;
      return [
        `<text x="${LEFT - 8}" y="${y + 14}" text-anchor="end" fill="#1f2328">${escapeXml(variant)}</text>`,
        `<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${verdict === 'proven' ? '#0969da' : '#9a6700'}"/>`,
        `<text x="${(LEFT + width + 6).toFixed(1)}" y="${y + 14}" fill="#1f2328">${shown(value)}${NOTES[verdict]}</text>`,
      ].join('');
    }),
  ];
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, found => `&#${found.charCodeAt(0)};`);
}
