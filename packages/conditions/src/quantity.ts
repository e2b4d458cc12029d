/** The numbers of settings, faults and messages: their bounds, written once for files, commands, the page and the contract. */

/** The bounds of a number. */
export interface Quantity {
  readonly min: number;
  readonly max: number;
  /** True when `min` itself is too little. */
  readonly isAboveMin: boolean;
  readonly isWhole: boolean;
}

/** The kinds of numbers. */
export type QuantityName = 'ms' | 'ratio' | 'kbps' | 'sigma' | 'count' | 'seed' | 'ttl';

const ANY_NUMBER = { min: 0, max: Number.POSITIVE_INFINITY, isAboveMin: false, isWhole: false };

/** See {@link Quantity}. */
export const QUANTITIES: Readonly<Record<QuantityName, Quantity>> = {
  /** Milliseconds of latency or jitter: at most ten minutes, longer than any connection waits. */
  ms: { ...ANY_NUMBER, max: 600_000 },
  /** A share of transmissions. */
  ratio: { ...ANY_NUMBER, max: 1 },
  /** A rate: 1000 bits per second each. */
  kbps: { ...ANY_NUMBER, isAboveMin: true },
  /** The deviation of a log-normal latency's logarithm: at 10 a delay of a day is no outlier. */
  sigma: { ...ANY_NUMBER, max: 10 },
  /** How many targets are drawn. */
  count: { ...ANY_NUMBER, min: 1, max: Number.MAX_SAFE_INTEGER, isWhole: true },
  /** Links that a message may cross: the 16 bits of a frame. */
  ttl: { ...ANY_NUMBER, max: 0xffff, isWhole: true },
  /** The start of a random sequence: 32 bits. */
  seed: { ...ANY_NUMBER, max: 0xffff_ffff, isWhole: true },
};

/** True for a number within the bounds of its kind. */
export function isWithin(name: QuantityName, value: number): boolean {
  const { min, max, isAboveMin, isWhole } = QUANTITIES[name];
  if (isWhole && !Number.isInteger(value)) return false;
  return isAboveMin ? value > min && value <= max : value >= min && value <= max;
}

/** What a number must be: `a number from 0 to 600000`, `a number above 0`, `a whole number from 1`. */
export function boundsText(name: QuantityName): string {
  const { min, max, isAboveMin, isWhole } = QUANTITIES[name];
  const kind = isWhole ? 'a whole number' : 'a number';
  if (isAboveMin) return `${kind} above ${min}`;
  const isOpen = max === Number.POSITIVE_INFINITY || max === Number.MAX_SAFE_INTEGER;
  return isOpen ? `${kind} from ${min}` : `${kind} from ${min} to ${max}`;
}
