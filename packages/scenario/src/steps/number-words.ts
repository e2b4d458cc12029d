/** Numbers of a step's finding, in words. */

/** `3`, `1 to 5`. */
export function range(numbers: readonly number[]): string {
  if (numbers.length === 0) return 'none';
  const { min, max } = extremes(numbers);
  return min === max ? String(min) : `${min} to ${max}`;
}

/** Of however many numbers, which the arguments of Math.max are not. */
export function extremes(numbers: readonly number[]): { min: number; max: number } {
  return numbers.reduce(({ min, max }, n) => ({ min: Math.min(min, n), max: Math.max(max, n) }), {
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
  });
}

/** `30 s`, `1.5 s`. */
export function durationText(timeMs: number): string {
  return `${Number((timeMs / 1000).toFixed(3))} s`;
}

/** `4.2 ms`. */
export function ms(timeMs: number): string {
  return `${Number(timeMs.toFixed(timeMs < 10 ? 1 : 0))} ms`;
}
