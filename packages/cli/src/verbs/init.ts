/** `lab init`: a topology, a minimal peer and a CI file in an empty folder; or the lab of a program that exists already. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { programNames } from '../example-programs.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { InitDocument } from '../output/documents.ts';
import { print, printJson } from '../output/print.ts';
import { style } from '../output/style.ts';
import { type Language, peerCommand, peerStarter, programStarter } from '../starters.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface InitArgs extends FormatArgs {
  readonly folder: string;
  readonly language: Language | undefined;
  readonly program: string | undefined;
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
        requiresArg: true,
        defaultDescription: '"js"',
        describe: 'language of the peer',
      })
      .option('program', {
        choices: programNames(),
        requiresArg: true,
        describe: 'in place of a new peer: a program that exists, and its proof',
      })
      .conflicts('program', 'language')
      .example('lab init --language python', '')
      .example('lab init --program serf', ''),
  handler: async args => await run(() => Promise.resolve(begin(args))),
};

function begin({ folder, language = 'js', program, format }: InitArgs): number {
  const { files, next } = program === undefined ? peerStarter(language) : programStarter(program);
  requireEmpty(folder);
  for (const [path, content] of files) {
    const file = join(folder, path);
    try {
      mkdirSync(dirname(file), { recursive: true });
      // Whatever came to be there meanwhile is left alone.
      writeFileSync(file, content, { flag: 'wx' });
    } catch (error) {
      throw new UsageError(`${file} cannot be written: ${messageOf(error)}`);
    }
  }
  if (format === 'json') {
    const what = program === undefined ? { language, command: peerCommand(language) } : { program };
    const document: InitDocument = {
      folder: resolve(folder),
      ...what,
      files: [...files.keys()],
      next: next.map(([command]) => command),
    };
    printJson(document);
    return EXIT.ok;
  }
  print(`${style.good('✔')} ${[...files.keys()].join(', ')}`);
  print('');
  if (folder !== '.') print(`  cd ${folder}`);
  const width = Math.max(...next.map(([command]) => command.length));
  for (const [command, purpose] of next) print(`  ${command.padEnd(width)}  # ${purpose}`);
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
