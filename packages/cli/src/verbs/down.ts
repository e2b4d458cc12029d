/** `lab down LAB…`: removes labs, wholly. */
import type { Driver, LabSummary, RunningLab } from '@peerlab/driver';
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
  const names = await Promise.all(labs.map(labNameOf));
  // A wrong name is told before anything is removed.
  const named = await Promise.all([...new Set(names)].map(async name => await findNamed(name, reachable)));
  const found = [...named, ...(await labsOf(everyLab.labs, reachable.drivers))];
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
    const peers = await removeInTurn(lab, reachable.drivers, signal);
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

/**
 * Removes a lab once no other process is making or repairing it: what that one makes afterwards would stay.
 * @returns how many peers it had
 * @throws {LabError} `NAME_TAKEN` where the other takes too long; `ABORTED`; what the driver throws
 */
async function removeInTurn(found: RunningLab, drivers: readonly Driver[], signal: AbortSignal): Promise<number> {
  const { name, ephemeral } = found;
  const driver = drivers.find(one => one.name === found.driver);
  let hasWaited = false;
  const onWait = (who: string | undefined): void => {
    hasWaited = true;
    note(`${who ?? 'another process'} is making ${name}: waiting until it is done`);
  };
  // A throw-away lab has a name that nobody else wants.
  await using _ = ephemeral ? undefined : await driver?.claim?.(name, { signal, onWait });
  const lab = (hasWaited ? await driver?.find(name) : undefined) ?? found;
  const peers = lab.peers.filter(({ state }) => state !== 'missing').length;
  await lab.down();
  return peers;
}

/** Those that are still there. Two drivers may have one of the same name each. */
async function labsOf(labs: readonly LabSummary[], drivers: readonly Driver[]): Promise<readonly RunningLab[]> {
  const found = await Promise.all(
    labs.map(async ({ name, driver }) => await drivers.find(one => one.name === driver)?.find(name)),
  );
  return found.filter(lab => lab !== undefined);
}
