/** A study as an SVG chart: the mean as a line, one standard deviation as a band. One file, no script, no font to load. */
import { METRICS, type MetricName } from './metrics.ts';
import type { Sweep } from './sweep.ts';
import { shortNumber } from './table.ts';

const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 76;
const RIGHT = 20;
const TOP = 48;
const BOTTOM = 56;

/** Values whose ends are further apart than this stand on a logarithmic axis. */
const LOG_FROM = 50;

/** The chart of one metric of a sweep. Values where it is null leave a gap. */
export function sweepChart(sweep: Sweep, metric: MetricName, title: string): string {
  const { title: metricTitle, unit } = METRICS[metric];
  const points = sweep.points.flatMap(({ value, summary }) => {
    const { mean, deviation } = summary[metric];
    return mean === null ? [] : [{ value, mean, low: mean - (deviation ?? 0), high: mean + (deviation ?? 0) }];
  });
  const values = points.map(({ value }) => value);
  const x = axis(
    Math.min(...values, Number.MAX_VALUE),
    Math.max(...values, -Number.MAX_VALUE),
    LEFT,
    WIDTH - RIGHT,
    true,
  );
  const y = axis(
    Math.min(0, ...points.map(({ low }) => low)),
    Math.max(0, ...points.map(({ high }) => high)),
    HEIGHT - BOTTOM,
    TOP,
    false,
  );
  const at = (value: number, height: number): string => `${x.place(value)},${y.place(height)}`;
  const band = [...points.map(p => at(p.value, p.high)), ...points.map(p => at(p.value, p.low)).reverse()].join(' ');
  const label = unit === '' ? metricTitle : `${metricTitle} (${unit})`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escapeXml(`${title}: ${label} by ${sweep.variable}`)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="24" font-size="16" fill="#111111">${escapeXml(title)}</text>`,
    ...y.ticks.map(tick => line(LEFT, y.place(tick), WIDTH - RIGHT, y.place(tick), '#e2e2e2')),
    ...y.ticks.map(tick => text(LEFT - 8, y.place(tick) + 4, 'end', shortNumber(tick))),
    ...x.ticks.map(tick => line(x.place(tick), HEIGHT - BOTTOM, x.place(tick), HEIGHT - BOTTOM + 5, '#555555')),
    ...x.ticks.map(tick => text(x.place(tick), HEIGHT - BOTTOM + 20, 'middle', shortNumber(tick))),
    line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, '#555555'),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, 'middle', sweep.variable),
    `<text transform="translate(18 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle" fill="#333333">${escapeXml(label)}</text>`,
    `<polygon points="${band}" fill="#1f6feb" fill-opacity="0.18"/>`,
    `<polyline points="${points.map(p => at(p.value, p.mean)).join(' ')}" fill="none" stroke="#1f6feb" stroke-width="2"/>`,
    ...points.map(p => `<circle cx="${x.place(p.value)}" cy="${y.place(p.mean)}" r="3.5" fill="#1f6feb"/>`),
    text(WIDTH - RIGHT, 24, 'end', `mean and one standard deviation of ${sweep.seeds.length} seeds`),
    '</svg>',
    '',
  ].join('\n');
}

interface Axis {
  readonly ticks: readonly number[];
  /** Where a value stands, in pixels. */
  place(value: number): number;
}

function axis(min: number, max: number, from: number, to: number, mayBeLog: boolean): Axis {
  const isLog = mayBeLog && min > 0 && max / min >= LOG_FROM;
  const ticks = isLog ? decades(min, max) : steps(min, max);
  const low = Math.min(min, ticks[0] ?? min);
  const high = Math.max(max, ticks.at(-1) ?? max);
  const scale = isLog ? Math.log10 : (value: number) => value;
  const span = scale(high) - scale(low) || 1;
  const place = (value: number): number =>
    Math.round(10 * (from + ((to - from) * (scale(value) - scale(low))) / span)) / 10;
  return { ticks: ticks.filter(tick => tick >= low && tick <= high), place };
}

/** Round numbers over the range, about six of them. */
function steps(min: number, max: number): number[] {
  if (!(max > min)) return Number.isFinite(min) && min === max ? [min] : [0];
  const rough = (max - min) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find(factor => factor * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  for (let i = Math.floor(min / step); i * step < max + step; i++) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

function decades(min: number, max: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(min)); 10 ** power <= max * 1.001; power++) ticks.push(10 ** power);
  return ticks;
}

function line(x1: number, y1: number, x2: number, y2: number, stroke: string): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${stroke}"/>`;
}

function text(x: number, y: number, anchor: string, content: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="#333333">${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
