/** `lab validate FILES…`: is it a topology, and if not, why not. */
import { TopologyError } from '@peerlab/topology';
import { EXIT, tellError, UsageError } from '../exit.ts';
import type { ValidateDocument } from '../output/documents.ts';
import { print, printJson } from '../output/print.ts';
import { style } from '../output/style.ts';
import { readTopology } from '../topology-file.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface ValidateArgs extends FormatArgs {
  readonly files: readonly string[];
}

/** The verb. */
export const validate: Verb<ValidateArgs> = {
  command: 'validate <files..>',
  describe: 'check topology files; every problem with its line',
  builder: args =>
    withFormat(args).positional('files', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'topology files',
    }),
  handler: async ({ files, format }) =>
    await run(async () => {
      const document: ValidateDocument = { files: files.map(file => check(file, format === 'text')) };
      if (format === 'json') printJson(document);
      return document.files.every(({ valid }) => valid) ? EXIT.ok : EXIT.usage;
    }),
};

function check(file: string, isText: boolean): ValidateDocument['files'][number] {
  try {
    const { name, peers, links } = readTopology(file);
    if (isText) print(`${style.good('✔')} ${file}: ${name}, ${peers.length} peers, ${links.length} links`);
    return { file, valid: true, name, peers: peers.length, links: links.length, problems: [] };
  } catch (error) {
    if (!(error instanceof TopologyError || error instanceof UsageError)) throw error;
    if (isText) tellError(error);
    if (error instanceof UsageError) {
      const problem = { line: 1, column: 1, path: '', message: error.message, advice: error.advice };
      return { file, valid: false, problems: [problem] };
    }
    const problems = error.problems.map(({ file: _, ...problem }) => problem);
    return { file, valid: false, problems };
  }
}
