/** `lab verify LAB`: proves a running lab again. */
import { noneFailed } from '@peerlab/finding';
import { CHECKS, type CheckName, CLOSING_STATES, checkLeftOut } from '@peerlab/lab';
import { EXIT } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { openNamed } from '../labs.ts';
import { verifyDocument } from '../output/documents.ts';
import { checksText, printFindings } from '../output/finding-text.ts';
import { print, printJson } from '../output/print.ts';
import { createStepView } from '../output/progress.ts';
import { style } from '../output/style.ts';
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
        describe: 'run only this check; may be repeated',
      }),
  handler: async ({ lab: name, format, check }) =>
    await run(async () => {
      const signal = interruptible('the lab keeps running');
      await using lab = await openNamed(name, { signal });
      const wanted = CHECKS.filter(one => check === undefined || check.includes(one));
      const view = createStepView(wanted, format === 'text' ? process.stdout : process.stderr);
      const timings: Partial<Record<CheckName, number>> = {};
      const tried = await lab
        .verify({
          checks: wanted,
          signal,
          onResult: ({ name: step, verdict, observed: detail, timeMs }) => {
            timings[step] = timeMs;
            view.report({ step, state: CLOSING_STATES[verdict], detail, timeMs });
          },
        })
        .finally(async () => await view.finish());
      const leftOut = CHECKS.filter(name => !wanted.includes(name)).map(name =>
        checkLeftOut(name, 'left out by --check'),
      );
      const checks = [...tried, ...leftOut];
      const result = { lab, checks, timings, passed: noneFailed(checks) };
      if (format === 'json') printJson(verifyDocument(result));
      else {
        printFindings(checks);
        if (!result.passed) print(`chosen by the seed ${lab.topology.seed}; to reproduce: ${again(lab.name, check)}`);
        print(`${style.strong(lab.name)}: ${checksText(checks)}`);
      }
      return result.passed ? EXIT.ok : EXIT.failed;
    }),
};

/** The same peers and pairs are chosen by the lab's seed. */
function again(name: string, check: readonly CheckName[] | undefined): string {
  return ['lab verify', name, ...(check ?? []).map(one => `--check ${one}`)].join(' ');
}
