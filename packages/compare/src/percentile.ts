/** Numbers that stand for many. */

/**
 * The smallest value that this share of the values does not exceed (nearest rank).
 * @param share above 0, at most 1
 * @returns NaN when there are no values
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
