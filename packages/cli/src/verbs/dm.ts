/** `lab dm LAB FROM TO TEXT`: sends a direct message and tells whether it arrived. */
import { MAX_TTL } from '@peerlab/protocol';
import { openNamed } from '../labs.ts';
import { tellMessage } from './message.ts';
import { checkWhole, type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface DmArgs extends FormatArgs {
  readonly lab: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly ttl: number | undefined;
}

/** The verb. */
export const dm: Verb<DmArgs> = {
  builder: args =>
    withFormat(args)
      .positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' })
      .positional('from', { type: 'string', demandOption: true, describe: 'the sender' })
      .positional('to', { type: 'string', demandOption: true, describe: 'the recipient' })
      .positional('text', { type: 'string', demandOption: true, describe: 'the message' })
      .option('ttl', { type: 'number', requiresArg: true, describe: 'the most links that it may cross' }),
  handler: async ({ lab: name, from, to, text, ttl, format }) =>
    await run(async () => {
      checkWhole('ttl', ttl, 0, MAX_TTL);
      await using lab = await openNamed(name);
      return tellMessage(await lab.dm(from, to, String(text), { ttl }), lab, format);
    }),
};
