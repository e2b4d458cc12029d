/** The command `lab`: the command line to a verb. What holds for all verbs is in verbs/verb.ts, their table in verbs/index.ts. */
import { readArguments } from './arguments.ts';
import { delivered } from './delivered.ts';
import { EXIT, tellError, UsageError } from './exit.ts';
import { giveUp, respectNohup } from './interrupt.ts';
import { printText } from './output/print.ts';
import { heedOutput } from './output/standard-output.ts';
import { loadSettings } from './settings/load-settings.ts';
import { NO_SETTINGS } from './settings/settings.ts';

/**
 * Runs one command line to its end. This process is the command's: it sets the exit code and handles errors that nobody caught.
 * @param words the words after `lab`
 */
export async function runCommand(words: readonly string[]): Promise<void> {
  heedOutput();
  respectNohup();
  process.on('uncaughtException', onDefect);
  process.on('unhandledRejection', onDefect);

  try {
    requireWorkingFolder();
    if (words[0] === '__complete') {
      const { complete } = await import('./complete.ts');
      printText((await complete(words.slice(1))).join('\n'));
      return;
    }
    const chosen = await readArguments(words.length === 0 ? ['--help'] : words);
    if ('text' in chosen && words.length === 0) process.stderr.write(`${chosen.text}\n`);
    else if ('text' in chosen) printText(chosen.text);
    else {
      await takeEngines(chosen.engines);
      if (chosen.driver !== undefined) (await import('./drivers.ts')).useDriver(chosen.driver);
      await chosen.verb.handler(chosen.args as never);
    }
    if (words.length === 0) process.exitCode = EXIT.usage;
  } catch (error) {
    process.exitCode = tellError(error);
  }
  process.exitCode = await delivered(Number(process.exitCode ?? EXIT.ok));
}

/**
 * The engines that the words name, or those of the settings file, for the drivers: before any is made.
 * @throws {LabError} `NOT_SUPPORTED`; {UsageError} for settings that cannot be used
 */
async function takeEngines(words: readonly string[] | undefined): Promise<void> {
  if (words === undefined) return;
  const settings = words.every(word => word.includes('=')) && words.length > 0 ? NO_SETTINGS : await loadSettings();
  if (words.length === 0 && settings.engines.length === 0) return;
  const [{ readEngines }, { useEngines }] = await Promise.all([import('./engine-option.ts'), import('./drivers.ts')]);
  useEngines(words.length === 0 ? settings.engines : readEngines(words, settings.engines), words.length > 0);
}

/** Paths are seen from the working directory, also those of packages: without one nothing can be found. @throws {UsageError} */
function requireWorkingFolder(): void {
  try {
    process.cwd();
  } catch {
    throw new UsageError('the working directory no longer exists', 'change to another one: cd');
  }
}

function onDefect(error: unknown): void {
  if (!giveUp(error)) process.exit(tellError(error));
}
