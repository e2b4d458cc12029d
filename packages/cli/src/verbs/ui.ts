/** `lab ui [LAB]`: opens a page that shows a running lab, and acts on it. */
import { LabError } from '@peerlab/driver';
import { surveyLabs } from '@peerlab/lab';
import { UsageError } from '../exit.ts';
import { untilStopped } from '../interrupt.ts';
import { openNamed, reachableDrivers } from '../labs.ts';
import { type ForceArgs, withForce } from '../output-file.ts';
import { LiveOutputs } from '../page/live-outputs.ts';
import { type PageArgs, withPageOptions } from '../page/page-options.ts';
import { run, type Verb } from './verb.ts';

interface UiArgs extends PageArgs, ForceArgs {
  readonly lab: string | undefined;
  readonly record: string | undefined;
}

/** The verb. */
export const ui: Verb<UiArgs> = {
  builder: args =>
    withForce(withPageOptions(args))
      .positional('lab', { type: 'string', describe: 'a lab, by name or file; default: the only running lab' })
      .option('record', {
        type: 'string',
        requiresArg: true,
        describe: 'also record what the page shows to this file; see lab replay',
      }),
  handler: async args => await run(async () => await show(args)),
};

async function show(args: UiArgs): Promise<number> {
  const { signal, status } = untilStopped();
  await using lab = await openNamed(args.lab ?? (await onlyLab()), { signal });
  await using outputs = await LiveOutputs.open({ ...args, ui: true });
  await outputs.attach(lab);
  await outputs.show(signal, 'the lab keeps running');
  return status();
}

/** @throws {UsageError} where there is none, or more than one; {LabError} `ENGINE_UNREACHABLE` where there may be one */
async function onlyLab(): Promise<string> {
  const { drivers, unasked } = await reachableDrivers();
  const survey = await surveyLabs(drivers);
  const labs = survey.labs.map(({ name }) => name);
  const [only] = labs;
  if (only !== undefined && labs.length === 1) return only;
  const [silent] = [...unasked, ...survey.unasked];
  if (only === undefined && silent !== undefined) {
    const { driver, reason, advice } = silent;
    const message = `it is unknown whether there is a lab to show: ${driver} cannot be asked: ${reason}`;
    throw new LabError('ENGINE_UNREACHABLE', message, advice === undefined ? {} : { advice });
  }
  if (only === undefined)
    throw new UsageError('there is no lab to show', 'start one with lab demo or lab up FILE --ui');
  throw new UsageError('which lab?', `running: ${labs.join(', ')}`);
}
