/** `lab down NAME…`: removes labs, wholly. */
import { findLab, listLabs } from '@peerlab/orchestrator';
import { loadDrivers } from '../drivers.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { DownDocument } from '../output/documents.ts';
import { print, printJson, seconds } from '../output/print.ts';
import { style } from '../output/style.ts';
import { readTopology } from '../topology-file.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface DownArgs extends FormatArgs {
  readonly labs: readonly string[];
  readonly all: boolean;
}

/** The verb. */
export const down: Verb<DownArgs> = {
  command: 'down [labs..]',
  describe: 'remove labs: peers, network, processes',
  builder: args =>
    withFormat(args)
      .positional('labs', {
        type: 'string',
        array: true,
        default: [],
        describe: 'names of labs, or their topology files',
      })
      .option('all', { type: 'boolean', default: false, describe: 'every lab of every driver' }),
  handler: async args => await run(async () => await takeDown(args)),
};

async function takeDown({ labs, all, format }: DownArgs): Promise<number> {
  if (labs.length === 0 && !all) throw new UsageError('which lab?', 'name one, or say --all; lab ls shows them');
  const drivers = await loadDrivers();
  const names = all ? (await listLabs(drivers)).map(({ name }) => name) : labs.map(nameOf);
  const removed: string[] = [];
  for (const name of new Set(names)) {
    const startedAtMs = performance.now();
    const lab = await findLab(drivers, name);
    const peers = lab.peers.filter(({ state }) => state !== 'missing').length;
    await lab.down();
    removed.push(name);
    if (format === 'text') {
      const what = `${peers} peers, network ${lab.network.subnet}`;
      print(
        `${style.good('✔')} ${style.name(name)} is gone: ${what}  ${style.dim(seconds(performance.now() - startedAtMs))}`,
      );
    }
  }
  const document: DownDocument = { removed };
  if (format === 'json') printJson(document);
  else if (removed.length === 0) print('there are no labs');
  return EXIT.ok;
}

/** A lab may be named by its file. */
export function nameOf(labOrFile: string): string {
  return /\.ya?ml$/.test(labOrFile) ? readTopology(labOrFile).name : labOrFile;
}
