/** What the verbs share: the format option, and running a handler so that its errors and signals end well. */
import type { Argv } from 'yargs';
import { EXIT, tellError } from '../exit.ts';

/** The options of every verb that prints a result. */
export interface FormatArgs {
  readonly format: string;
}

/** Adds `-f text|json`. */
export function withFormat(args: Argv): Argv {
  return args.option('format', {
    alias: 'f',
    choices: ['text', 'json'],
    default: 'text',
    describe: 'how the result is printed; json: one document on standard output',
  });
}

/**
 * A verb of the command line. yargs parses what `builder` declares; `T` says the same for the handler, so the two must
 * be kept together in one file.
 */
export interface Verb<T> {
  readonly command: string;
  readonly describe: string;
  builder(args: Argv): Argv;
  handler(args: T): Promise<void>;
}

/**
 * Runs a verb's work.
 * @param work returns the exit status
 */
export async function run(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    process.exitCode = tellError(error);
  }
  // Streams of drivers may keep the process; what was printed is flushed first.
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(process.exitCode ?? EXIT.ok);
}

async function flushed(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0 || stream.destroyed) return;
  await new Promise<void>(resolve => stream.write('', () => resolve()));
}
