/** Colours and marks. chalk heeds FORCE_COLOR and whether the stream is a terminal; NO_COLOR is looked at here. */
import { Chalk, supportsColor, supportsColorStderr } from 'chalk';

/** Named by meaning. */
export type Style = Readonly<Record<'good' | 'bad' | 'warn' | 'dim' | 'strong' | 'name', (text: string) => string>>;

/** For standard output. */
export const style: Style = styleOf(supportsColor);
/** For standard error. */
export const errorStyle: Style = styleOf(supportsColorStderr);

function styleOf(support: typeof supportsColor): Style {
  // NO_COLOR wins over everything (no-color.org).
  const level = process.env.NO_COLOR || support === false ? 0 : support.level;
  const chalk = new Chalk({ level });
  return {
    good: text => chalk.green(text),
    bad: text => chalk.red(text),
    warn: text => chalk.yellow(text),
    dim: text => chalk.dim(text),
    strong: text => chalk.bold(text),
    name: text => chalk.cyan(text),
  };
}
