/** The bounds of quantity.ts as zod schemas. */
import * as z from 'zod';
import { QUANTITIES, type QuantityName } from './quantity.ts';

/** Parses a number of this kind. */
export function numberSchema(name: QuantityName): z.ZodNumber {
  const { min, max, isAboveMin, isWhole } = QUANTITIES[name];
  const kind = isWhole ? z.int() : z.number();
  const bounded = isAboveMin ? kind.gt(min) : kind.min(min);
  // zod's own bound of a whole number is Number.MAX_SAFE_INTEGER.
  return max === Number.POSITIVE_INFINITY || max === Number.MAX_SAFE_INTEGER ? bounded : bounded.max(max);
}
