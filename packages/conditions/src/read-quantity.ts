/**
 * Quantities as a person writes them: `200ms`, `64 KiB`, `1.5 Mbit/s`, `10 %`. The one reader for files and commands; what a
 * quantity may be at least and at most is quantity.ts. Each function gives undefined for what it cannot read.
 */

/** A number without a sign, also `.5` and `1e6`. */
const NUMBER = String.raw`((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)`;

const MS_OF: ReadonlyMap<string, number> = new Map([
  ['us', 0.001],
  ['µs', 0.001],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

const BYTES_OF: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1000],
  ['kib', 1024],
  ['mb', 1_000_000],
  ['mib', 1_048_576],
  ['gb', 1_000_000_000],
  ['gib', 1_073_741_824],
]);

/** Kilobits per second. A capital B is a byte, as everywhere; the rest is read whatever its case. */
const KBPS_OF: ReadonlyMap<string, number> = new Map([
  ['', 0.001],
  ['k', 1],
  ['m', 1000],
  ['g', 1_000_000],
]);

const SECONDS_OF: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['second', 1],
  ['m', 60],
  ['min', 60],
  ['minute', 60],
]);

/**
 * `500ms`, `2 s`, `1000h`, `250us`, in milliseconds; a number is milliseconds. Up to {@link Number.MAX_SAFE_INTEGER} ms, some
 * 285,000 years.
 */
export function readDurationMs(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
  const [, amount, unit] = match(value, `${NUMBER}\\s*(us|µs|ms|s|m|min|h|d)`);
  const ms = times(amount, MS_OF.get(unit ?? ''));
  return ms === undefined ? undefined : readDurationMs(ms);
}

/** `64 KiB`, `1 kB`, `100 B`, in bytes; a number is bytes. Whole bytes. */
export function readBytes(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 && Number.isInteger(value) ? value : undefined;
  const [, amount, unit = ''] = match(value, `${NUMBER}\\s*((?:[kmg]i?)?b)?`, 'i');
  const bytes = times(amount, BYTES_OF.get(unit.toLowerCase()));
  // A part of a byte can only come of a unit: 1.5 kB is a size, 1.5 is none.
  return bytes === undefined || (unit === '' && !Number.isInteger(bytes)) ? undefined : Math.round(bytes);
}

/** `64 kbit/s`, `1.5 Mbps`, `100 kB/s`, in kilobits (1000 bits) per second; a number is kilobits per second. */
export function readKbps(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 ? value : undefined;
  const [, bare] = match(value, NUMBER);
  if (bare !== undefined) return times(bare, 1);
  const [, amount, prefix = '', unit] = match(value, `${NUMBER}\\s*([kmgKMG]?)(bit/s|bps|b/s|B/s)`);
  const factor = KBPS_OF.get(prefix.toLowerCase());
  return times(amount, factor === undefined ? undefined : factor * (unit === 'B/s' ? 8 : 1));
}

/** `10 %`, `0.1`: a share of one; 1 and 100 % are all. */
export function readRatio(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 ? value : undefined;
  const [, amount, percent] = match(value, `${NUMBER}\\s*(%?)`);
  return times(amount, percent === '%' ? 0.01 : 1);
}

/** `100/s`, `90 / min`, per second; a number is per second. Above 0. */
export function readRatePerSecond(value: unknown): number | undefined {
  if (typeof value === 'number') return value > 0 ? value : undefined;
  const [, amount, unit] = match(value, `${NUMBER}\\s*/\\s*(s|second|m|min|minute)`);
  const rate = Number(amount) / (SECONDS_OF.get(unit ?? '') ?? Number.NaN);
  return rate > 0 ? rate : undefined;
}

/** The product as a person would write it: 0.1 × 3 is 0.3. */
function times(amount: string | undefined, factor: number | undefined): number | undefined {
  if (amount === undefined || factor === undefined) return undefined;
  const product = Number((Number(amount) * factor).toPrecision(12));
  return Number.isFinite(product) ? product : undefined;
}

function match(value: unknown, pattern: string, flags = ''): readonly (string | undefined)[] {
  return typeof value === 'string' ? (new RegExp(`^\\s*${pattern}\\s*$`, flags).exec(value) ?? []) : [];
}
