/**
 * Results go to standard output, everything else to standard error. All that is printed goes through here: whatever others wrote
 * into it, no control character but those of our own styles gets out.
 */
import { once } from 'node:events';
import { jsonText } from '@peerlab/finding';
import { harmlessJson } from './harmless.ts';
import { errorStyle, painted, style } from './style.ts';

/** Prints a line of the result. */
export function print(line = ''): void {
  process.stdout.write(`${painted(line)}\n`);
}

/** Prints lines of the result; a line end after the last is added where it is missing. */
export function printText(text: string): void {
  process.stdout.write(`${text.replace(/\n$/, '').split('\n').map(painted).join('\n')}\n`);
}

/** Waits until the reader of the output has taken what was printed, or the signal fires: for output without end. */
export async function taken(signal: AbortSignal): Promise<void> {
  if (!process.stdout.writableNeedDrain) return;
  await once(process.stdout, 'drain', { signal }).catch(() => undefined);
}

/** Prints the result as one JSON document. */
export function printJson(document: object): void {
  process.stdout.write(`${harmlessJson(jsonText(document, 2))}\n`);
}

/** Prints one of many JSON documents, one per line. */
export function printJsonLine(document: object): void {
  process.stdout.write(`${harmlessJson(jsonText(document))}\n`);
}

/** Tells something beside the result. */
export function note(line: string): void {
  process.stderr.write(`${painted(errorStyle.dim(line))}\n`);
}

/** Milliseconds for a person: `0.1 s`, `12.3 s`, below a tenth `8 ms`. */
export function seconds(ms: number): string {
  return ms < 95 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** A large number for a person: `1,000,000`. */
export function thousands(count: number): string {
  return count.toLocaleString('en-US');
}

/** Rows as columns; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const texts = rows.map(row => row.map(String));
  const widths = head.map((title, i) => Math.max(title.length, ...texts.map(row => row[i]?.length ?? 0)));
  const isNumber = head.map((_, i) => rows.length > 0 && rows.every(row => typeof row[i] === 'number'));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [style.dim(line(head)), ...texts.map(line)];
}

/** `1 peer`, `2 peers`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
