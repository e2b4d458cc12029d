/**
 * Colours and marks. chalk decides whether the stream takes some, by FORCE_COLOR and whether it is a terminal; NO_COLOR is looked at
 * here. A style only marks its text: {@link painted} turns the marks into a terminal's codes, and escapes every other
 * control character.
 */
import { randomUUID } from 'node:crypto';
import { Chalk, supportsColor, supportsColorStderr } from 'chalk';
import { harmless } from './harmless.ts';

/** Named by meaning. */
export type Style = Readonly<Record<'good' | 'bad' | 'warn' | 'dim' | 'strong' | 'name', (text: string) => string>>;

/** Known to this process alone: no text of others can hold a mark. */
const KEY = randomUUID().slice(0, 8);
const MARK = new RegExp(`\\u0001${KEY}([\\d;]+)\\u0002`);

/** For standard output. */
export const style: Style = styleOf(supportsColor);
/** For standard error. */
export const errorStyle: Style = styleOf(supportsColorStderr);

/** One line as it goes to the stream: styles as codes, every other control character made visible. */
export function painted(line: string): string {
  // What is split at stands between its neighbours: every second part is a mark.
  return line
    .split(MARK)
    .map((part, i) => (i % 2 === 1 ? `\u001b[${part}m` : harmless(part)))
    .join('');
}

function styleOf(support: typeof supportsColor): Style {
  // NO_COLOR wins over everything (no-color.org).
  const level = process.env.NO_COLOR || support === false ? 0 : support.level;
  const chalk = new Chalk({ level });
  return {
    good: marker(chalk.green),
    bad: marker(chalk.red),
    warn: marker(chalk.yellow),
    dim: marker(chalk.dim),
    strong: marker(chalk.bold),
    name: marker(chalk.cyan),
  };
}

/** Wraps text in marks for the codes that chalk puts around it. A style within ends where this one goes on. */
function marker(colour: (text: string) => string): (text: string) => string {
  const codes = [...colour('x').matchAll(/\[([\d;]+)m/g)].map(([, code = '']) => `\u0001${KEY}${code}\u0002`);
  const [open, close] = codes;
  if (open === undefined || close === undefined) return text => text;
  return text => (text === '' ? '' : `${open}${text.replaceAll(close, open)}${close}`);
}
