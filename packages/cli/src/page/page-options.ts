/** The options of verbs that open a page. */
import type { Argv } from 'yargs';
import { hasBrowser } from './open-browser.ts';

/** How a page is opened. */
export interface PageArgs {
  /** 0: any that is free. */
  readonly port: number;
  readonly open: boolean | undefined;
}

/** Adds `--port` and `--open`. */
export function withPageOptions(args: Argv): Argv {
  return args
    .option('port', {
      type: 'number',
      default: 0,
      requiresArg: true,
      describe: 'port of the page; 0 picks a free port',
    })
    .option('open', { type: 'boolean', describe: 'open a browser; default: if one is available' });
}

/** True when a browser is to be opened. */
export function opensBrowser({ open }: PageArgs): boolean {
  return open ?? hasBrowser();
}
