/** `lab verify LAB`: proves a running lab again. */
import { type BringUpResult, CHECKS, type CheckName, openLab } from '@peerlab/orchestrator';
import { loadDrivers } from '../drivers.ts';
import { EXIT } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { print, printJson } from '../output/print.ts';
import { createStepView } from '../output/progress.ts';
import { style } from '../output/style.ts';
import { printFailures } from '../output/verdict.ts';
import { nameOf } from './down.ts';
import { verdictDocument } from './up.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface VerifyArgs extends FormatArgs {
  readonly lab: string;
  readonly check: readonly CheckName[];
}

/** The verb. */
export const verify: Verb<VerifyArgs> = {
  command: 'verify <lab>',
  describe: 'prove a running lab again',
  builder: args =>
    withFormat(args)
      .positional('lab', { type: 'string', demandOption: true, describe: 'name of a lab' })
      .option('check', { choices: CHECKS, array: true, default: CHECKS, describe: 'which checks' }),
  handler: async ({ lab: name, format, check }) =>
    await run(async () => {
      const signal = interruptible('the lab itself is left as it is');
      await using lab = await openLab(await loadDrivers(), nameOf(name), signal);
      const wanted = CHECKS.filter(one => check.includes(one));
      const view = format === 'text' ? createStepView(wanted) : undefined;
      const timings: Partial<Record<CheckName, number>> = {};
      const checks = await lab
        .verify({
          checks: wanted,
          signal,
          onResult: ({ name: step, passed, detail, timeMs }) => {
            timings[step] = timeMs;
            view?.report({ step, state: passed ? 'done' : 'failed', detail, timeMs });
          },
        })
        .finally(async () => await view?.finish());
      const result: BringUpResult = { lab, checks, timings, passed: checks.every(({ passed }) => passed) };
      if (format === 'json') printJson(verdictDocument(result));
      else {
        printFailures(checks);
        print(result.passed ? `${style.name(lab.name)} is proven.` : `${style.name(lab.name)} is not as it should be.`);
      }
      return result.passed ? EXIT.ok : EXIT.failed;
    }),
};
