/** `lab down LAB…`: removes labs, wholly. */
import { surveyLabs } from '@peerlab/lab';
import { EXIT, UsageError } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { findNamed, labNameOf, reachableDrivers, tellUnasked } from '../labs.ts';
import { agreed } from '../output/agreed.ts';
import type { DownDocument } from '../output/documents.ts';
import { note, plural, print, printJson, seconds } from '../output/print.ts';
import { style } from '../output/style.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface DownArgs extends FormatArgs {
  readonly labs: readonly string[];
  readonly all: boolean;
  readonly yes: boolean;
}

/** The verb. */
export const down: Verb<DownArgs> = {
  builder: args =>
    withFormat(args)
      .positional('labs', { type: 'string', array: true, default: [], describe: 'names of labs, or their files' })
      .option('all', { type: 'boolean', default: false, describe: 'every lab of every driver' })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'with --all: do not ask' }),
  handler: async args => await run(async () => await takeDown(args)),
};

async function takeDown({ labs, all, yes, format }: DownArgs): Promise<number> {
  if (labs.length === 0 && !all) throw new UsageError('which lab?', 'name one, or use --all; lab ls lists them');
  if (labs.length > 0 && all) throw new UsageError('--all takes no names', 'name labs, or use --all');
  const signal = interruptible('parts may remain; repeat the command to remove them');
  const reachable = await reachableDrivers();
  const everyLab = all ? await surveyLabs(reachable.drivers) : { labs: [], unasked: [] };
  const unasked = all ? [...reachable.unasked, ...everyLab.unasked] : [];
  tellUnasked(unasked, driver => `labs of ${driver} are not removed`);
  const names = all ? everyLab.labs.map(({ name }) => name) : await Promise.all(labs.map(labNameOf));
  // A wrong name is told before anything is removed.
  const found = await Promise.all([...new Set(names)].map(async name => await findNamed(name, reachable)));
  // Others may have labs here, and --all is soon typed. A script has no terminal, and means what it says.
  if (all && !yes && found.length > 0 && process.stdin.isTTY) {
    const shown = found.map(({ name, driver }) => `${name} (${driver})`).join(', ');
    const isAgreed = await agreed(`remove ${plural(found.length, 'lab')}: ${shown}?`, signal);
    if (signal.aborted) return EXIT.interrupted;
    if (!isAgreed) {
      note('nothing was removed');
      if (format === 'json') printJson({ removed: [] } satisfies DownDocument);
      return EXIT.ok;
    }
  }
  const removed: DownDocument['removed'][number][] = [];
  for (const lab of found) {
    if (signal.aborted) return EXIT.interrupted;
    const startedAtMs = performance.now();
    const peers = lab.peers.filter(({ state }) => state !== 'missing').length;
    await lab.down();
    removed.push({ lab: lab.name, driver: lab.driver, peers });
    if (format === 'text') {
      const time = style.dim(seconds(performance.now() - startedAtMs));
      print(
        `${style.good('✔')} ${style.strong(lab.name)} is gone: ${plural(peers, 'peer')}, ${lab.network.subnet}  ${time}`,
      );
    }
  }
  const document: DownDocument = { removed };
  if (format === 'json') printJson(document);
  else if (removed.length === 0) print(unasked.length === 0 ? 'there are no labs' : 'there are no other labs');
  return unasked.length === 0 ? EXIT.ok : EXIT.driver;
}
