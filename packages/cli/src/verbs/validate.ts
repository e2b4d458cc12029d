/** `lab validate FILES…`: is it a topology, and if not, why not. */
import { isLargeTopology, TopologyError } from '@peerlab/topology';
import { EXIT, UsageError } from '../exit.ts';
import type { ValidateDocument } from '../output/documents.ts';
import { plural, print, printJson } from '../output/print.ts';
import { style } from '../output/style.ts';
import { readAnyTopology } from '../topology-file.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface ValidateArgs extends FormatArgs {
  readonly files: readonly string[];
}

/** The verb. */
export const validate: Verb<ValidateArgs> = {
  builder: args =>
    withFormat(args).positional('files', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'topology files',
    }),
  handler: async ({ files, format }) =>
    await run(async () => {
      const document: ValidateDocument = { files: await checkAll(files, format === 'text') };
      if (format === 'json') printJson(document);
      return document.files.every(({ valid }) => valid) ? EXIT.ok : EXIT.usage;
    }),
};

async function checkAll(files: readonly string[], isText: boolean): Promise<ValidateDocument['files']> {
  const checked: ValidateDocument['files'][number][] = [];
  for (const file of files) checked.push(await check(file, isText));
  return checked;
}

async function check(file: string, isText: boolean): Promise<ValidateDocument['files'][number]> {
  try {
    const topology = await readAnyTopology(file);
    const { name } = topology;
    if (isLargeTopology(topology)) {
      const { peerCount: peers, linkCount: links } = topology;
      if (isText) print(`${style.good('✔')} ${file}: ${name}, ${peers} peers, about ${links} links, not drawn yet`);
      return { file, valid: true, name, peers, links, problems: [], large: true };
    }
    const { peers, links, ownLinks } = topology;
    const linkText = ownLinks === true ? 'own links' : plural(links.length, 'link');
    if (isText) print(`${style.good('✔')} ${file}: ${name}, ${plural(peers.length, 'peer')}, ${linkText}`);
    return { file, valid: true, name, peers: peers.length, links: links.length, problems: [] };
  } catch (error) {
    if (!(error instanceof TopologyError || error instanceof UsageError)) throw error;
    if (isText) printProblems(error);
    if (error instanceof UsageError) {
      const { message, advice } = error;
      const problem = { line: 0, column: 0, path: '', message, ...(advice === undefined ? {} : { advice }) };
      return { file, valid: false, problems: [problem] };
    }
    const problems = error.problems.map(({ file: _, ...problem }) => problem);
    return { file, valid: false, problems };
  }
}

/** The problems are the result here: they go to standard output. */
function printProblems({ message, ...error }: TopologyError | UsageError): void {
  const lines = message.split('\n');
  for (const line of lines) print(`${style.bad('✖')} ${line}`);
  if ('advice' in error && error.advice !== undefined) print(`  ${error.advice}`);
}
