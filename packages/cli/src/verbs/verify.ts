/** `lab verify LAB`: proves a running lab again. */
import { CHECKS, type CheckName } from '@peerlab/lab';
import { EXIT } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { openNamed } from '../labs.ts';
import { verdictDocument } from '../output/documents.ts';
import { print, printJson } from '../output/print.ts';
import { createStepView } from '../output/progress.ts';
import { style } from '../output/style.ts';
import { printFailures } from '../output/verdict.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface VerifyArgs extends FormatArgs {
  readonly lab: string;
  readonly check: readonly CheckName[] | undefined;
}

/** The verb. */
export const verify: Verb<VerifyArgs> = {
  builder: args =>
    withFormat(args)
      .positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' })
      .option('check', {
        choices: CHECKS,
        array: true,
        requiresArg: true,
        describe: 'only this check; may be repeated',
      }),
  handler: async ({ lab: name, format, check }) =>
    await run(async () => {
      const signal = interruptible('the lab itself is left as it is');
      await using lab = await openNamed(name, signal);
      const wanted = CHECKS.filter(one => check === undefined || check.includes(one));
      const view = createStepView(wanted, format === 'text' ? process.stdout : process.stderr);
      const timings: Partial<Record<CheckName, number>> = {};
      const checks = await lab
        .verify({
          checks: wanted,
          signal,
          onResult: ({ name: step, passed, detail, timeMs }) => {
            timings[step] = timeMs;
            view.report({ step, state: passed ? 'done' : 'failed', detail, timeMs });
          },
        })
        .finally(async () => await view.finish());
      const result = { lab, checks, timings, passed: checks.every(({ passed }) => passed) };
      if (format === 'json') printJson(verdictDocument(result));
      else {
        printFailures(checks);
        if (!result.passed) print(`chosen by the seed ${lab.topology.seed}; the same again: ${again(lab.name, check)}`);
        print(
          result.passed ? `${style.strong(lab.name)} is proven.` : `${style.strong(lab.name)} is not as it should be.`,
        );
      }
      return result.passed ? EXIT.ok : EXIT.failed;
    }),
};

/** The same peers and pairs are chosen by the lab's seed. */
function again(name: string, check: readonly CheckName[] | undefined): string {
  return ['lab verify', name, ...(check ?? []).map(one => `--check ${one}`)].join(' ');
}
