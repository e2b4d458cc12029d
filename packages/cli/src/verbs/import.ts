/** `lab import FILE`: a file of another tool as a topology file. */
import { dirname } from 'node:path';
import { FORMATS, type ImportOptions, importedToYaml, importTopology } from '@peerlab/importers';
import { parseTopology, TopologyError } from '@peerlab/topology';
import type { Argv } from 'yargs';
import { EXIT, UsageError } from '../exit.ts';
import { note, printText } from '../output/print.ts';
import { type ForceArgs, requireNewFile, withForce, writeOutput } from '../output-file.ts';
import { schemaPathFrom } from '../schema-path.ts';
import { readText } from '../topology-file.ts';
import { run, type Verb } from './verb.ts';

interface ImportArgs extends ForceArgs {
  readonly file: string;
  readonly format: string | undefined;
  readonly name: string | undefined;
  readonly parallel: ImportOptions['parallel'];
  readonly latency: ImportOptions['latency'];
  readonly latencyScale: number;
  readonly output: string | undefined;
}

/** The verb. */
export const importGraph: Verb<ImportArgs> = {
  builder: (args: Argv) =>
    withForce(args)
      .positional('file', { type: 'string', demandOption: true, describe: 'a graph, a containerlab or a Compose file' })
      .option('format', {
        choices: FORMATS.map(({ name }) => name),
        describe: 'its format; told by the file if omitted',
      })
      .option('name', { type: 'string', describe: "the lab's name" })
      .option('parallel', { choices: ['merge', 'error'], default: 'merge', describe: 'several edges of one pair' })
      .option('latency', {
        choices: ['none', 'distance', 'weight'],
        default: 'none',
        describe: 'from coordinates (200 km per ms), or from weights',
      })
      .option('latency-scale', { type: 'number', default: 1, describe: 'a factor; with weight: ms of a weight of 1' })
      .option('output', { alias: 'o', type: 'string', describe: 'a file instead of standard output' })
      .example('lab import Abilene.graphml --latency distance -o abilene.yaml', ''),
  handler: async args =>
    await run(async () => {
      await write(args);
      return EXIT.ok;
    }),
};

async function write({ file, output, force, ...options }: ImportArgs): Promise<void> {
  if (!Number.isFinite(options.latencyScale) || options.latencyScale <= 0) {
    throw new UsageError('--latency-scale must be a number above 0');
  }
  if (output !== undefined) requireNewFile(output, { force });
  const source = await readText(file);
  const imported = importTopology(source, options);
  const yaml = importedToYaml(imported, schemaPathFrom(output === undefined ? '.' : dirname(output)));
  requireValid(yaml, source.file);
  for (const line of imported.report) note(line);
  if (output === undefined) printText(yaml);
  else {
    writeOutput(output, yaml, { force });
    note(`Written to ${output}`);
  }
}

/**
 * What is written is what can be read: a peer with too many links, say, is told here, with the name of the imported file: the
 * new one is not written.
 */
function requireValid(yaml: string, file: string): void {
  try {
    parseTopology(yaml, { file });
  } catch (error) {
    if (!(error instanceof TopologyError)) throw error;
    throw new TopologyError(
      error.problems.map(({ message, advice }) => ({
        ...{ file, line: 1, column: 1, path: '' },
        message: `the topology made of it is not valid: ${message}`,
        advice,
      })),
    );
  }
}
