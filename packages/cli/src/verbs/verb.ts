/** What the verbs share: the format option, numbers, and running a handler so that its errors and signals end well. */
import { boundsText, isWithin, type QuantityName } from '@peerlab/conditions';
import type { Argv } from 'yargs';
import { delivered } from '../delivered.ts';
import { EXIT, tellError, UsageError } from '../exit.ts';
import { uncaught } from '../interrupt.ts';

/** The options of every verb that prints a result. */
export interface FormatArgs {
  readonly format: string;
}

/** Adds `-f`: `text`, `json`, and what else the verb can print. */
export function withFormat(args: Argv, more: readonly string[] = []): Argv {
  return args.option('format', {
    alias: 'f',
    choices: ['text', 'json', ...more],
    default: 'text',
    requiresArg: true,
    describe: 'how the result is printed; json: one document on standard output',
  });
}

/**
 * A verb of the command line. yargs parses what `builder` declares; `T` says the same for the handler, so the two must
 * be kept together in one file.
 */
export interface Verb<T> {
  builder(args: Argv): Argv;
  handler(args: T): Promise<void>;
}

/**
 * Refuses an option's value that is not a whole number within its bounds; an omitted option is fine.
 * @throws {UsageError}
 */
export function checkWhole(option: string, value: number | undefined, min: number, max: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return;
  const bounds = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw new UsageError(`--${option} must be a whole number ${bounds}`);
}

/** Refuses an option's value that is out of the bounds of its kind; an omitted option is fine. @throws {UsageError} */
export function checkQuantity(option: string, value: number | undefined, kind: QuantityName): void {
  if (value === undefined || isWithin(kind, value)) return;
  throw new UsageError(`--${option} must be ${boundsText(kind)}`);
}

/**
 * Runs a verb's work, and ends the process.
 * @param work returns the exit status
 */
export async function run(work: () => Promise<number>): Promise<void> {
  let status: number = EXIT.driver;
  try {
    status = await work();
    const defect = uncaught();
    if (defect !== undefined) status = tellError(defect.error);
  } catch (error) {
    status = tellError(uncaught() === undefined ? error : withRollback(error));
  }
  // Streams of drivers may keep the process; what was printed is delivered first.
  process.exit(await delivered(status));
}

/** The uncaught error, and the error of the roll-back, if any. */
function withRollback(error: unknown): unknown {
  const first = uncaught()?.error;
  const isTakenBack = Object(error).code === 'ABORTED' && Object(error).definite !== false;
  return isTakenBack || !(first instanceof Error) ? first : Object.assign(first, { cause: error });
}
