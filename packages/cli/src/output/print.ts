/** Results go to standard output, everything else to standard error. */
import { once } from 'node:events';
import { errorStyle, style } from './style.ts';

/** Prints a line of the result. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Waits until the reader of the output has taken what was printed, or the signal fires: for output without end. */
export async function taken(signal: AbortSignal): Promise<void> {
  if (!process.stdout.writableNeedDrain) return;
  await once(process.stdout, 'drain', { signal }).catch(() => undefined);
}

/** Prints the result as one JSON document. */
export function printJson(document: object): void {
  process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
}

/** Tells something beside the result. */
export function note(line: string): void {
  process.stderr.write(`${errorStyle.dim(line)}\n`);
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

/** Text of others (payloads, log lines) without the control characters that a terminal would obey. */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, found => {
    return `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** `1 peer`, `2 peers`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
