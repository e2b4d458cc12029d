/** The command `lab`: the command line to a verb. What holds for all verbs is in verbs/verb.ts, their table in verbs/index.ts. */
import { readArguments } from './arguments.ts';
import { EXIT, tellError } from './exit.ts';
import { giveUp } from './interrupt.ts';
import { print } from './output/print.ts';

/**
 * Runs one command line to its end. This process is the command's: it sets the exit code and handles errors that nobody caught.
 * @param words the words after `lab`
 */
export async function runCommand(words: readonly string[]): Promise<void> {
  // A reader that has gone, such as `head`, is no error; what is being done is done to its end.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  process.on('uncaughtException', onDefect);
  process.on('unhandledRejection', onDefect);

  if (words[0] === '__complete') {
    const { complete } = await import('./complete.ts');
    print((await complete(words.slice(1))).join('\n'));
    return;
  }
  try {
    const chosen = await readArguments(words.length === 0 ? ['--help'] : words);
    if ('text' in chosen) (words.length === 0 ? process.stderr : process.stdout).write(`${chosen.text}\n`);
    else await chosen.verb.handler(chosen.args as never);
    if (words.length === 0) process.exitCode = EXIT.usage;
  } catch (error) {
    process.exitCode = tellError(error);
  }
}

function onDefect(error: unknown): void {
  if (!giveUp(error)) process.exit(tellError(error));
}
