/** Times as a person writes them. Gives undefined for what it is not. */
const MS_OF: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };
const NUMBER = String.raw`(\d+(?:\.\d+)?)`;

/** `500ms`, `2 s`, `1m`; a number is milliseconds. */
export function readDurationMs(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 ? value : undefined;
  const [, amount, unit] = match(value, `${NUMBER}\\s*(ms|s|m|min|h)`);
  return amount === undefined ? undefined : Number(amount) * (MS_OF[unit ?? ''] ?? Number.NaN);
}

function match(value: unknown, pattern: string): readonly (string | undefined)[] {
  if (typeof value !== 'string') return [];
  return new RegExp(`^\\s*${pattern}\\s*$`).exec(value) ?? [];
}
