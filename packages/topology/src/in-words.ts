/** Values and mistakes in words: what the messages about a file have in common. */
import { MAX_NAME_LENGTH, NAME_PATTERN } from './file-schema.ts';

/** The end of a sentence that says what a value must be. @param written what the file says, where data shows it otherwise */
export function butIs(value: unknown, written?: string): string {
  return value === null ? 'but is empty' : `not ${written ?? describe(value)}`;
}

/** A value as a message shows it. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** How to write a value as the type that is wanted, where that is a matter of quotes. @param written as in {@link butIs} */
export function quotesAdvice(value: unknown, wanted: string, written?: string): string | undefined {
  const isUnquoted = typeof value === 'number' || typeof value === 'boolean';
  if (wanted === 'string' && isUnquoted) return `put it in quotes: "${written ?? value}"`;
  const isNumber = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  if (['number', 'int'].includes(wanted) && isNumber) return `write it without quotes: ${value}`;
  return undefined;
}

/** The nearest text that is a name, as advice; none where nothing is left of it, or it is one already. */
export function nameAdvice(text: string): string | undefined {
  const name = nearestName(text);
  return name === undefined || name === text ? undefined : `such as "${name}"`;
}

/** The nearest text that is a name; undefined where nothing is left of it. */
export function nearestName(text: string): string | undefined {
  const plain = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
  const name = plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, MAX_NAME_LENGTH)
    .replace(/-+$/, '');
  return NAME_PATTERN.test(name) ? name : undefined;
}
