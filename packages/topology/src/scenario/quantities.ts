/** Times, sizes, rates, shares and comparisons as a person writes them. Each gives undefined for what it is not. */
import type { Comparison } from './model.ts';

const MS_OF: ReadonlyMap<string, number> = new Map(
  Object.entries({ ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }),
);
const BYTES_OF: ReadonlyMap<string, number> = new Map(
  Object.entries({
    '': 1,
    b: 1,
    kb: 1000,
    kib: 1024,
    mb: 1_000_000,
    mib: 1_048_576,
  }),
);
const SECONDS_OF: ReadonlyMap<string, number> = new Map(
  Object.entries({ s: 1, second: 1, m: 60, min: 60, minute: 60 }),
);
const NUMBER = String.raw`(\d+(?:\.\d+)?)`;

/** `500ms`, `2 s`, `1m`, `1000h`; a number is milliseconds. Up to {@link Number.MAX_SAFE_INTEGER} ms, some 285,000 years. */
export function readDurationMs(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
  const [, amount, unit] = match(value, `${NUMBER}\\s*(ms|s|m|min|h)`);
  return amount === undefined ? undefined : readDurationMs(Number(amount) * (MS_OF.get(unit ?? '') ?? Number.NaN));
}

/** `64 KiB`, `1 kB`, `100 B`; a number is bytes. Whole bytes. */
export function readBytes(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 && Number.isInteger(value) ? value : undefined;
  const [, amount, unit = ''] = match(value, `${NUMBER}\\s*([kmKM]?i?[bB])?`);
  const factor = BYTES_OF.get(unit.toLowerCase());
  return amount === undefined || factor === undefined ? undefined : Math.round(Number(amount) * factor);
}

/** `100/s`, `90 / min`; a number is per second. Above 0. */
export function readRatePerSecond(value: unknown): number | undefined {
  if (typeof value === 'number') return value > 0 ? value : undefined;
  const [, amount, unit] = match(value, `${NUMBER}\\s*/\\s*(s|second|m|min|minute)`);
  const rate = Number(amount) / (SECONDS_OF.get(unit ?? '') ?? Number.NaN);
  return rate > 0 ? rate : undefined;
}

/** `<= 4`, `> 2`, `= 3`; a number must be met exactly. */
export function readComparison(value: unknown): Comparison | undefined {
  if (typeof value === 'number') return { operator: '=', value };
  const [, operator, number] = match(value, `(<=|>=|<|>|=)\\s*${NUMBER}`);
  return number === undefined ? undefined : { operator: operator as Comparison['operator'], value: Number(number) };
}

/** `99.9 %`, `>= 99.9 %`, `100%`: without an operator, at least so much. The value is from 0 to 1, or above for more than 100 %. */
export function readShare(value: unknown): Comparison | undefined {
  const [, operator = '>=', percent] = match(value, `(<=|>=|<|>|=)?\\s*${NUMBER}\\s*%`);
  if (percent === undefined) return undefined;
  return { operator: operator as Comparison['operator'], value: Number((Number(percent) / 100).toPrecision(12)) };
}

/** True when the number is as the comparison wants it. */
export function compares({ operator, value }: Comparison, number: number): boolean {
  switch (operator) {
    case '<':
      return number < value;
    case '<=':
      return number <= value;
    case '=':
      return number === value;
    case '>=':
      return number >= value;
    case '>':
      return number > value;
  }
}

function match(value: unknown, pattern: string): readonly (string | undefined)[] {
  if (typeof value !== 'string') return [];
  return new RegExp(`^\\s*${pattern}\\s*$`).exec(value) ?? [];
}
