/** `lab prune`: removes what belongs to no living lab. */
import { type FoundLeftover, findLeftovers, type Removal, removeLeftovers } from '@peerlab/lab';
import { EXIT } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { reachableDrivers, tellUnasked } from '../labs.ts';
import { agreed } from '../output/agreed.ts';
import type { PruneDocument } from '../output/documents.ts';
import { plural, print, printJson, table } from '../output/print.ts';
import { style } from '../output/style.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface PruneArgs extends FormatArgs {
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly doubtful: boolean;
}

/** The verb. */
export const prune: Verb<PruneArgs> = {
  builder: args =>
    withFormat(args)
      .option('dry-run', { type: 'boolean', default: false, describe: 'only show what would be removed' })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'do not ask before removing it' })
      .option('doubtful', {
        type: 'boolean',
        default: false,
        describe: 'also remove what may be in use: its owner does not answer or runs elsewhere',
      }),
  handler: async args => await run(async () => await clear(args)),
};

async function clear({ format, dryRun, yes, doubtful }: PruneArgs): Promise<number> {
  const signal = interruptible('parts may remain; repeat the command to remove them');
  const isText = format === 'text';
  const { drivers, silent, unasked: unreachable } = await reachableDrivers();
  const { leftovers: found, unasked: fellSilent } = await findLeftovers(drivers);
  const unasked = [...unreachable, ...fellSilent];
  tellUnasked(unasked, driver => `leftovers of ${driver} are unknown`);
  if (isText) showFound(found, unasked.length === 0);
  const wanted = found.filter(({ doubt }) => doubtful || doubt === undefined);
  const isWanted =
    !dryRun &&
    wanted.length > 0 &&
    (yes || (isText && (await agreed(`remove ${plural(wanted.length, 'thing')}?`, signal))));
  if (signal.aborted) return EXIT.interrupted;
  const removal = isWanted ? await removeLeftovers(drivers, wanted) : { removed: [], failed: [] };
  if (!isText)
    printJson(documentOf(found, removal, [...silent, ...fellSilent.map(({ driver, reason }) => ({ driver, reason }))]));
  else if (isWanted) showRemoved(removal);
  else if (wanted.length > 0) print(`nothing was removed; ${style.strong('lab prune --yes')} removes it`);
  const left = found.length - wanted.length;
  if (isText && left > 0) {
    print(
      `${plural(left, 'thing')} may be in use and ${left === 1 ? 'stays' : 'stay'}; remove with ${style.strong('lab prune --doubtful')}`,
    );
  }
  // What could not be looked at may have leftovers.
  return removal.failed.length === 0 && unasked.length === 0 ? EXIT.ok : EXIT.driver;
}

function showFound(found: readonly FoundLeftover[], isAll: boolean): void {
  if (found.length === 0) {
    print(isAll ? 'no leftovers of earlier labs' : 'no other leftovers of earlier labs');
    return;
  }
  const rows = found.map(({ driver, kind, name, lab, why, doubt }) => {
    return [lab, driver, kind, name, doubt === undefined ? why : `${why}; ${doubt}`];
  });
  for (const line of table(['LAB', 'DRIVER', 'WHAT', 'NAME', 'WHY'], rows)) print(line);
}

function showRemoved({ removed, failed }: Removal): void {
  print(`${style.good('✔')} removed ${plural(removed.length, 'thing')}`);
  for (const { name, error } of failed) print(`${style.bad('✖')} ${name} is still there: ${error}`);
}

function documentOf(
  found: readonly FoundLeftover[],
  { removed, failed }: Removal,
  silent: PruneDocument['silent'],
): PruneDocument {
  return {
    leftovers: found.map(leftover => {
      const { driver, kind, id, name, lab, why, doubt } = leftover;
      const isSame = (other: FoundLeftover): boolean =>
        other.driver === driver && other.kind === kind && other.id === id;
      const error = failed.find(isSame)?.error;
      return {
        driver,
        kind,
        name,
        lab,
        why,
        ...(doubt === undefined ? {} : { doubt }),
        removed: removed.some(isSame),
        ...(error === undefined ? {} : { error }),
      };
    }),
    silent,
  };
}
