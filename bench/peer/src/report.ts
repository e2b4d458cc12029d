/** Turns runs into tables and a chart. */

/** A row of a table: a contestant and its medians. */
export interface Row {
  readonly title: string;
  readonly values: Readonly<Record<string, number | undefined>>;
}

/** The middle of the values; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}

/** The value below which this share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** A number with three significant digits, or as a whole one. */
export function shown(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return 'n/a';
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  if (Number.isInteger(value)) return String(value);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** A table in Markdown. */
export function table(columns: Readonly<Record<string, string>>, rows: readonly Row[]): string {
  const keys = Object.keys(columns);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(['', ...Object.values(columns)]),
    line(['---', ...keys.map(() => '---:')]),
    ...rows.map(({ title, values }) =>
      line([title, ...keys.map(key => shown(Object.hasOwn(values, key) ? values[key] : undefined))]),
    ),
  ].join('\n');
}

/** Horizontal bars on a logarithmic scale, as an SVG picture. */
export function barChart(title: string, bars: readonly { readonly label: string; readonly value: number }[]): string {
  const [left, width, barHeight, gap, top] = [190, 430, 22, 10, 46];
  const logs = bars.map(({ value }) => Math.log10(value));
  const lowest = Math.floor(Math.min(...logs));
  const highest = Math.ceil(Math.max(...logs));
  const x = (log: number): number => left + ((log - lowest) / Math.max(1, highest - lowest)) * width;
  const height = top + bars.length * (barHeight + gap) + 30;
  const axis = Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i).map(
    log =>
      `<line x1="${x(log)}" y1="${top - 8}" x2="${x(log)}" y2="${height - 26}" stroke="#d0d7de"/>` +
      `<text x="${x(log)}" y="${height - 10}" text-anchor="middle" fill="#57606a">${(10 ** log).toLocaleString('en')}</text>`,
  );
  const drawn = bars.map(({ label, value }, i) => {
    const y = top + i * (barHeight + gap);
    const end = x(Math.log10(value));
    return (
      `<text x="${left - 8}" y="${y + 16}" text-anchor="end" fill="#1f2328">${label}</text>` +
      `<rect x="${left}" y="${y}" width="${Math.max(1, end - left)}" height="${barHeight}" fill="${i === 0 ? '#0969da' : '#8c959f'}"/>` +
      `<text x="${end + 6}" y="${y + 16}" fill="#1f2328">${shown(value)}</text>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="720" height="${height}" viewBox="0 0 720 ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="16" y="24" font-size="15" font-weight="bold" fill="#1f2328">${title}</text>`,
    ...axis,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}
