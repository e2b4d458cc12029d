/** Comparisons as a person writes them. Quantities with units are packages/conditions/src/read-quantity.ts. */
import type { Comparison } from './model.ts';

const NUMBER = String.raw`(\d+(?:\.\d+)?)`;

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

/** `3..8`, `>= 3`, `4`: the whole numbers that are meant, both ends included. */
export function readRange(value: unknown): { readonly min: number; readonly max: number } | undefined {
  const [, from, to] = match(value, String.raw`(\d+)\s*\.\.\s*(\d+)`);
  if (from !== undefined && to !== undefined) {
    return Number(from) <= Number(to) ? { min: Number(from), max: Number(to) } : undefined;
  }
  const comparison = readComparison(value);
  if (comparison === undefined || !Number.isInteger(comparison.value)) return undefined;
  const { operator, value: number } = comparison;
  const min = operator === '=' || operator === '>=' ? number : operator === '>' ? number + 1 : 0;
  const max = operator === '=' || operator === '<=' ? number : operator === '<' ? number - 1 : Number.POSITIVE_INFINITY;
  return { min, max };
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
