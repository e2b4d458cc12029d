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
