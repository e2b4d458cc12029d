/** `lab broadcast LAB PEER TEXT`: floods a message and tells how far it came. */
import { MAX_TTL } from '@peerlab/protocol';
import { openNamed } from '../labs.ts';
import { tellMessage } from './message.ts';
import { checkWhole, type FormatArgs, run, type Verb, withFormat } from './verb.ts';

interface BroadcastArgs extends FormatArgs {
  readonly lab: string;
  readonly peer: string;
  readonly text: string;
  readonly ttl: number | undefined;
}

/** The verb. */
export const broadcast: Verb<BroadcastArgs> = {
  builder: args =>
    withFormat(args)
      .positional('lab', { type: 'string', demandOption: true, describe: 'a lab, by name or file' })
      .positional('peer', { type: 'string', demandOption: true, describe: 'the sender' })
      .positional('text', { type: 'string', demandOption: true, describe: 'the message' })
      .option('ttl', { type: 'number', requiresArg: true, describe: 'the most links that it may cross' }),
  handler: async ({ lab: name, peer, text, ttl, format }) =>
    await run(async () => {
      checkWhole('ttl', ttl, 0, MAX_TTL);
      await using lab = await openNamed(name);
      return tellMessage(await lab.broadcast(peer, String(text), { ttl }), lab, format);
    }),
};
