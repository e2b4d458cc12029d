/** Colours and marks. chalk heeds NO_COLOR, FORCE_COLOR and whether the output is a terminal. */
import { Chalk } from 'chalk';

// NO_COLOR wins over everything (no-color.org); chalk itself looks at FORCE_COLOR and the terminal only.
const chalk = new Chalk(process.env.NO_COLOR ? { level: 0 } : {});

/** Named by meaning. */
export const style: Readonly<Record<'good' | 'bad' | 'warn' | 'dim' | 'strong' | 'name', (text: string) => string>> = {
  good: text => chalk.green(text),
  bad: text => chalk.red(text),
  warn: text => chalk.yellow(text),
  dim: text => chalk.dim(text),
  strong: text => chalk.bold(text),
  name: text => chalk.cyan(text),
};
