/** `lab dm LAB FROM TO TEXT`: sends a direct message and tells whether it arrived. */
import { openLab } from '@peerlab/orchestrator';
import { loadDrivers } from '../drivers.ts';
import { EXIT } from '../exit.ts';
import { printJson } from '../output/print.ts';
import { nameOf } from './down.ts';
import { checkTtl, printOutcome } from './message.ts';
import { type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface DmArgs extends FormatArgs {
  readonly lab: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly ttl: number | undefined;
}

/** The verb. */
export const dm: Verb<DmArgs> = {
  command: 'dm <lab> <from> <to> <text>',
  describe: 'send a direct message between two peers, relayed by the others',
  builder: args =>
    withFormat(args)
      .positional('lab', { type: 'string', demandOption: true, describe: 'name of a lab' })
      .positional('from', { type: 'string', demandOption: true, describe: 'who sends it' })
      .positional('to', { type: 'string', demandOption: true, describe: 'who is to have it' })
      .positional('text', { type: 'string', demandOption: true, describe: 'the message' })
      .option('ttl', { type: 'number', describe: 'how many links it may cross' }),
  handler: async ({ lab: name, from, to, text, ttl, format }) =>
    await run(async () => {
      checkTtl(ttl);
      await using lab = await openLab(await loadDrivers(), nameOf(name));
      const outcome = await lab.dm(from, to, String(text), { ttl });
      if (format === 'json') printJson(outcome);
      else printOutcome(outcome);
      return outcome.passed ? EXIT.ok : EXIT.failed;
    }),
};
