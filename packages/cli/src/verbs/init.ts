/** `lab init`: a topology, a minimal peer and a CI file in an empty folder. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { commandName } from '../command-name.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { InitDocument } from '../output/documents.ts';
import { print, printJson } from '../output/print.ts';
import { style } from '../output/style.ts';
import { STARTERS, starterText } from '../starters.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface InitArgs extends FormatArgs {
  readonly folder: string;
  readonly language: keyof typeof STARTERS;
}

/** What may be in a folder that counts as empty: a repository that was just begun. */
const MAY_BE_THERE = '.git';

/** The verb. */
export const init: Verb<InitArgs> = {
  builder: args =>
    withFormat(args)
      .positional('folder', {
        type: 'string',
        default: '.',
        describe: 'an empty folder; created if it is missing',
      })
      .option('language', {
        choices: ['js', 'python'] as const,
        default: 'js' as const,
        requiresArg: true,
        describe: 'language of the peer',
      })
      .example('lab init --language python', ''),
  handler: async args => await run(() => Promise.resolve(begin(args))),
};

function begin({ folder, language, format }: InitArgs): number {
  const { command, files } = STARTERS[language];
  requireEmpty(folder);
  for (const [path, template] of Object.entries(files)) {
    const file = join(folder, path);
    try {
      mkdirSync(dirname(file), { recursive: true });
      // Whatever came to be there meanwhile is left alone.
      writeFileSync(file, starterText(language, template), { flag: 'wx' });
    } catch (error) {
      throw new UsageError(`${file} cannot be written: ${messageOf(error)}`);
    }
  }
  const document: InitDocument = { folder: resolve(folder), language, command, files: Object.keys(files) };
  if (format === 'json') {
    printJson(document);
    return EXIT.ok;
  }
  const [peer] = document.files;
  print(`${style.good('✔')} ${document.files.join(', ')}`);
  print('');
  if (folder !== '.') print(`  cd ${folder}`);
  const commands = [`${commandName()} up ring-3.yaml`, `${commandName()} conform ${command}`] as const;
  const width = Math.max(...commands.map(line => line.length));
  print(`  ${commands[0].padEnd(width)}  # start and check three of your peers`);
  print(`  ${commands[1].padEnd(width)}  # clause by clause, after each change of ${peer ?? 'it'}`);
  return EXIT.ok;
}

/** @throws {UsageError} where something is in the folder that would be mixed up with what is written */
function requireEmpty(folder: string): void {
  let found: readonly string[];
  try {
    found = readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw new UsageError(`${folder} cannot be read: ${messageOf(error)}`);
  }
  const others = found.filter(name => name !== MAY_BE_THERE).sort();
  if (others.length === 0) return;
  const shown = others.slice(0, 3).join(', ');
  const rest = others.length > 3 ? ` and ${others.length - 3} more` : '';
  const where = folder === '.' ? 'this folder' : folder;
  throw new UsageError(
    `${where} is not empty: it contains ${shown}${rest}; nothing was written`,
    'lab init NAME creates a new folder; for an existing program see docs/YOUR-OWN-PEER.md',
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
