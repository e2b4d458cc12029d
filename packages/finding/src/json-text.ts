/** JSON documents for people and programs: numbers with the digits that mean something. */

/** Digits that are kept of a small number. */
const DIGITS = 6;
/** Decimals that are kept of a large one: of milliseconds, microseconds. */
const DECIMALS = 3;

/** The document as text: `12.300000000000182` is 12.3, a time has microseconds, a share six digits. */
export function jsonText(document: unknown, indent?: number): string {
  return JSON.stringify(document, (_, value) => (typeof value === 'number' ? rounded(value) : value), indent);
}

function rounded(value: number): number {
  if (!Number.isFinite(value) || Number.isInteger(value)) return value;
  const whole = Math.trunc(Math.abs(value));
  return whole === 0 ? Number(value.toPrecision(DIGITS)) : Number(value.toFixed(DECIMALS));
}
